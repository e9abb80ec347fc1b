package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An HTTP client for one base address. Thread-safe. */
final class Http {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String address;

  Http(String address) {
    this.address = address;
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, "");
  }

  HttpResponse<String> send(String method, String path, String body) {
    return send(method, path, body, Map.of());
  }

  /** Sends a request with these headers; the default content type is JSON. */
  HttpResponse<String> send(String method, String path, String body, Map<String, String> headers) {
    return client
        .sendAsync(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString())
        .join();
  }

  CompletableFuture<HttpResponse<String>> sendAsync(String method, String path, String body) {
    return sendAsync(method, path, body, Map.of());
  }

  CompletableFuture<HttpResponse<String>> sendAsync(
      String method, String path, String body, Map<String, String> headers) {
    return client.sendAsync(
        request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(
      String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::setHeader);
    return request.build();
  }

  static JsonNode json(HttpResponse<String> response) {
    return tree(response.body());
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

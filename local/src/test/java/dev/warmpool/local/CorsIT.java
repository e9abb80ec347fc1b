package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cross-origin requests, as browsers send them: their headers are not for Java's client to set. */
class CorsIT {

  private static final String SHOP = "Origin: https://shop.example\r\n";
  private static final String FOREIGN = "Origin: https://evil.example\r\n";
  private static final String PREFLIGHT = "Access-Control-Request-Method: POST\r\n";

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  /** The status line under an empty name, and the headers. */
  private static Headers send(String request) throws IOException {
    URI address = URI.create(probe.stack().httpAddress());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return headers(socket.getInputStream());
    }
  }

  private static Headers headers(InputStream in) throws IOException {
    String head =
        new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("\r\n\r\n", 2)[0];
    Headers headers = new Headers();
    for (String line : head.split("\r\n")) {
      String[] parts = line.split(": ?", 2);
      headers.add(parts.length < 2 ? "status" : parts[0], parts[parts.length - 1]);
    }
    return headers;
  }

  private static String head(String requestLine, String headers) {
    return requestLine + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n";
  }

  @Test
  void answersAPreflightWithoutAFunction() throws IOException {
    Headers allowed = send(head("OPTIONS /text", SHOP + PREFLIGHT));
    assertThat(allowed.getFirst("status")).startsWith("HTTP/1.1 204");
    assertThat(allowed.getFirst("access-control-allow-origin")).isEqualTo("https://shop.example");
    assertThat(allowed.getFirst("access-control-allow-methods")).isEqualTo("GET,POST");
    assertThat(allowed.getFirst("access-control-allow-headers")).isEqualTo("content-type");
    assertThat(allowed.getFirst("access-control-max-age")).isEqualTo("600");
    assertThat(probe.processes("Text")).isEmpty();
  }

  @Test
  void promisesNothingToAnotherOrigin() throws IOException {
    Headers refused = send(head("OPTIONS /text", FOREIGN + PREFLIGHT));
    assertThat(refused.getFirst("status")).startsWith("HTTP/1.1 204");
    assertThat(refused.keySet()).noneMatch(name -> name.toLowerCase().startsWith("access-control"));
  }

  @Test
  void takesAPlainOptionsRequestForARequest() throws IOException {
    assertThat(send(head("OPTIONS /echo/1", "")).getFirst("status")).startsWith("HTTP/1.1 200");
  }

  @Test
  void replacesWhatAFunctionSaysOfCors() throws IOException {
    String answer =
        "{\"statusCode\":200,\"headers\":{\"Access-Control-Allow-Origin\":\"*\",\"etag\":\"1\"}}";
    String post =
        "Content-Type: application/octet-stream\r\nContent-Length: " + answer.length() + "\r\n";
    Headers own = send(head("POST /answer", SHOP + post) + answer);
    assertThat(own.get("access-control-allow-origin")).containsExactly("https://shop.example");
    assertThat(own.getFirst("access-control-expose-headers")).isEqualTo("etag");
    assertThat(own.getFirst("vary")).isEqualTo("Origin");
    Headers foreign = send(head("POST /answer", FOREIGN + post) + answer);
    assertThat(foreign.getFirst("etag")).isEqualTo("1");
    assertThat(foreign).doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void sharesTheGatewaysOwnAnswersToo() throws IOException {
    Headers missing = send(head("GET /nowhere", "Origin: http://localhost:8080\r\n"));
    assertThat(missing.getFirst("status")).startsWith("HTTP/1.1 404");
    assertThat(missing.getFirst("access-control-allow-origin")).isEqualTo("http://localhost:8080");
  }
}

package dev.warmpool.local.runtime.client;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** The Runtime API, as a client in Java sees it. Thread-safe. */
final class RuntimeApiClient {

  private final String base;

  /**
   * @param address host and port, as the variable {@code AWS_LAMBDA_RUNTIME_API} has it
   */
  RuntimeApiClient(String address) {
    this.base = "http://" + address + "/2018-06-01/runtime/";
  }

  /** Waits for the next event, for as long as it takes. */
  InvocationRequest next() throws IOException {
    HttpURLConnection connection = connection("invocation/next");
    try (InputStream in = connection.getInputStream()) {
      InvocationRequest request = new InvocationRequest();
      request.setContent(in.readAllBytes());
      request.setId(connection.getHeaderField("Lambda-Runtime-Aws-Request-Id"));
      request.setDeadlineTimeInMs(connection.getHeaderFieldLong("Lambda-Runtime-Deadline-Ms", 0));
      request.setInvokedFunctionArn(
          connection.getHeaderField("Lambda-Runtime-Invoked-Function-Arn"));
      request.setXrayTraceId(connection.getHeaderField("Lambda-Runtime-Trace-Id"));
      return request;
    }
  }

  /** Posts an answer or an error; a refusal is the API's word to the caller, not to this. */
  void post(String path, byte[] payload) throws IOException {
    HttpURLConnection connection = connection(path);
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(payload.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(payload);
    }
    boolean refused = connection.getResponseCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
    try (InputStream in = refused ? connection.getErrorStream() : connection.getInputStream()) {
      in.readAllBytes();
    }
  }

  private HttpURLConnection connection(String path) throws IOException {
    return (HttpURLConnection) URI.create(base + path).toURL().openConnection();
  }
}

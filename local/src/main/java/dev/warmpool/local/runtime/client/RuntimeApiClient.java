package dev.warmpool.local.runtime.client;

import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** A client of the Runtime API. Thread-safe. */
final class RuntimeApiClient {

  private final String base;

  /**
   * Creates a client.
   *
   * @param address the value of {@code AWS_LAMBDA_RUNTIME_API}
   */
  RuntimeApiClient(String address) {
    this.base = "http://" + address + "/2018-06-01/runtime/";
  }

  /** Waits for the next event without a time limit. */
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
      request.setClientContext(connection.getHeaderField("Lambda-Runtime-Client-Context"));
      request.setTenantId(connection.getHeaderField("Lambda-Runtime-Aws-Tenant-Id"));
      return request;
    }
  }

  /** Posts a response or an error. A rejection is ignored: the API reports it to the invoker. */
  void post(String path, byte[] payload) throws IOException {
    HttpURLConnection connection = connection(path);
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(payload.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(payload);
    }
    boolean rejected = connection.getResponseCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
    try (InputStream in = rejected ? connection.getErrorStream() : connection.getInputStream()) {
      in.readAllBytes();
    }
  }

  private HttpURLConnection connection(String path) throws IOException {
    return (HttpURLConnection) URI.create(base + path).toURL().openConnection();
  }
}

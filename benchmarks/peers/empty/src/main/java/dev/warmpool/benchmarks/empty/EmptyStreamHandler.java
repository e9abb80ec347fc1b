package dev.warmpool.benchmarks.empty;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Returns 200 without reading the event: the cost of process and runtime alone. Immutable. */
public final class EmptyStreamHandler implements RequestStreamHandler {

  private static final byte[] ANSWER =
      "{\"statusCode\":200,\"body\":\"{}\"}".getBytes(StandardCharsets.UTF_8);

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    answer.write(ANSWER);
  }
}

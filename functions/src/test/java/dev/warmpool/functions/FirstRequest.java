package dev.warmpool.functions;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A process whose log tells which classes a first request takes. */
final class FirstRequest {

  private static final int LIMIT_MILLIS = 60_000;

  private FirstRequest() {}

  /** Reads a user, and ends without the shutdown's classes. */
  public static void main(String[] arguments) throws IOException {
    byte[] event = ApiHandler.PRIMING_EVENT.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    new ApiHandler()
        .handleRequest(new ByteArrayInputStream(event), answer, new FakeContext(LIMIT_MILLIS));
    String text = answer.toString(StandardCharsets.UTF_8);
    boolean isFound = text.contains("\"statusCode\":200");
    if (!isFound) {
      System.out.println(text);
    }
    Runtime.getRuntime().halt(isFound ? 0 : 1);
  }
}

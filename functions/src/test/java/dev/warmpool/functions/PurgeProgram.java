package dev.warmpool.functions;

import dev.warmpool.functions.cleanup.CleanupHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Runs one event in {@code Cleanup} as Lambda does, in a process of its own. */
final class PurgeProgram {

  private PurgeProgram() {}

  /**
   * Prints the report.
   *
   * @param arguments the event, and the invocation's remaining time in milliseconds
   */
  public static void main(String[] arguments) throws IOException {
    new CleanupHandler()
        .handleRequest(
            new ByteArrayInputStream(arguments[0].getBytes(StandardCharsets.UTF_8)),
            System.out,
            new FakeContext(Integer.parseInt(arguments[1])));
  }
}

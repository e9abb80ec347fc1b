package dev.warmpool.local;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The runner's lines, written past {@code System.out}: Maven's own shutdown hook takes that away
 * while ours still prints. Thread-safe.
 */
public final class Output {

  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private Output() {}

  /** Prints a line. */
  public static void line(String text) {
    OUT.println(text);
  }
}

package dev.warmpool.local;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints the runner's lines: by default through {@link System#out}. Thread-safe. */
public final class Output {

  private static volatile boolean direct;

  private Output() {}

  /**
   * Prints to the process's standard output from now on, past {@link System#out}: under {@code mvn
   * -Plocal} Maven's own shutdown hook closes that stream while the runner still prints.
   */
  static void bypassSystemOut() {
    direct = true;
  }

  /** Prints a line. */
  public static void line(String text) {
    (direct ? Standard.OUT : System.out).println(text);
  }

  /** Created at first use. */
  private static final class Standard {
    static final PrintStream OUT =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  }
}

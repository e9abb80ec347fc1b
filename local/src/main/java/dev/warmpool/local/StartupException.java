package dev.warmpool.local;

/** The runner cannot start; the message is one line that says what to do. */
public final class StartupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With this line. */
  public StartupException(String line) {
    super(line);
  }

  /** With this line, because of something. */
  public StartupException(String line, Throwable cause) {
    super(line, cause);
  }
}

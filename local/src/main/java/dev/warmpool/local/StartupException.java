package dev.warmpool.local;

/** The runner cannot start. The message is one line: the cause and the remedy. */
public final class StartupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception with this message. */
  public StartupException(String line) {
    super(line);
  }

  /** Creates an exception with this message and cause. */
  public StartupException(String line, Throwable cause) {
    super(line, cause);
  }
}

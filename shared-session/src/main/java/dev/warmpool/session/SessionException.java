package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * An error that the session manager itself reports. Errors of the database are not of this type:
 * they pass through as the driver's {@link io.r2dbc.spi.R2dbcException}, to be told apart by
 * SQLSTATE.
 */
public abstract class SessionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what failed, the values, the rule and what to do
   * @param cause null for none
   */
  protected SessionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * What the session manager itself reports. Errors of the database are not of this type: they pass
 * through as the driver's {@link io.r2dbc.spi.R2dbcException}, to be told apart by SQLSTATE.
 */
public abstract class SessionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SessionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.loop.WireCommands;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientResourceException;

/**
 * Makes the errors of commands that go past the driver, of the same R2DBC classes as the driver's:
 * callers that get the error of a COMMIT may tell a conflict or a violated constraint by its class,
 * as Spring's translation of errors does. Stateless.
 */
final class CommandErrors {

  private CommandErrors() {}

  /** The error that the driver's {@code ExceptionFactory} makes of this SQLSTATE. */
  static R2dbcException of(String sqlState, String message) {
    return switch (sqlState) {
      case "40000", "40001", WireCommands.ROLLED_BACK ->
          new R2dbcRollbackException(message, sqlState);
      case "42501" -> new R2dbcPermissionDeniedException(message, sqlState);
      default -> ofClass(sqlState, message);
    };
  }

  private static R2dbcException ofClass(String sqlState, String message) {
    return switch (sqlState.substring(0, Math.min(2, sqlState.length()))) {
      case "03", "22", "26", "42" -> new R2dbcBadGrammarException(message, sqlState);
      case "21", "23", "27" -> new R2dbcDataIntegrityViolationException(message, sqlState);
      case "28" -> new R2dbcPermissionDeniedException(message, sqlState);
      case "40" -> new R2dbcTransientResourceException(message, sqlState);
      default -> new R2dbcNonTransientResourceException(message, sqlState);
    };
  }
}

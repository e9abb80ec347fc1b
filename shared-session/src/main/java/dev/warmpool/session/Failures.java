package dev.warmpool.session;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What an error means, told by its SQLSTATE; the driver's exception classes do not tell. Codes are
 * those of PostgreSQL's appendix A.
 */
final class Failures {

  /** admin_shutdown, crash_shutdown, cannot_connect_now, idle_session and idle-in-transaction. */
  private static final Set<String> FATAL = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");

  private static final String TOO_MANY_CONNECTIONS = "53300";
  private static final String QUERY_CANCELED = "57014";
  private static final String TRANSACTION_TIMEOUT = "25P04";

  private Failures() {}

  static @Nullable String sqlState(Throwable error) {
    return error instanceof R2dbcException database ? database.getSqlState() : null;
  }

  /** The connection is gone, or the pool found it gone: nobody answered. */
  static boolean isConnectionLoss(Throwable error) {
    String state = sqlState(error);
    if (state == null) {
      return error instanceof R2dbcException
          || error instanceof TimeoutException
          || error instanceof IOException;
    }
    return state.startsWith("08") || FATAL.contains(state);
  }

  /** Connecting failed in a way that another attempt can get past. */
  static boolean isWorthConnectingAgain(Throwable error) {
    String state = sqlState(error);
    return TOO_MANY_CONNECTIONS.equals(state) || isConnectionLoss(error);
  }

  /** The server refused the credentials. */
  static boolean isRefusedCredential(Throwable error) {
    String state = sqlState(error);
    return state != null && state.startsWith("28");
  }

  /** Why this side refused the server's certificate; null where it did not. */
  static @Nullable CertificateException refusedCertificate(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException refusal) {
        return refusal;
      }
    }
    return null;
  }

  /** The unit of work lost against a concurrent one and may win when it runs again. */
  static boolean isWorthRunningAgain(Throwable error) {
    String state = sqlState(error);
    return "40001".equals(state) || "40P01".equals(state);
  }

  /** One of the server's own time-outs, which are set from the deadline, struck. */
  static boolean isServerTimeout(Throwable error) {
    String state = sqlState(error);
    return QUERY_CANCELED.equals(state) || TRANSACTION_TIMEOUT.equals(state);
  }

  static boolean isUnknownSchema(Throwable error) {
    return "3F000".equals(sqlState(error));
  }

  /** How an error is named in a message of ours: its SQLSTATE, or what it is and says. */
  static String shortly(Throwable error) {
    if (error instanceof RefusedConnection) {
      return String.valueOf(error.getMessage());
    }
    String state = sqlState(error);
    return state != null ? state : error.getClass().getSimpleName() + ": " + error.getMessage();
  }

  /** The same, with what the network said of an address where no server said anything. */
  static String whyNotConnected(Throwable error) {
    return sqlState(error) != null && error.getCause() instanceof IOException network
        ? shortly(error) + " (" + network.getMessage() + ")"
        : shortly(error);
  }
}

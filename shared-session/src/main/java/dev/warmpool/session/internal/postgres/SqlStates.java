package dev.warmpool.session.internal.postgres;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What an error means, by its SQLSTATE: the driver's exception classes do not tell. The codes are
 * those of PostgreSQL's appendix A.
 */
public final class SqlStates {

  /** admin_shutdown, crash_shutdown, cannot_connect_now, idle_session and idle-in-transaction. */
  private static final Set<String> FATAL = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");

  private static final String TOO_MANY_CONNECTIONS = "53300";
  private static final String QUERY_CANCELED = "57014";
  private static final String TRANSACTION_TIMEOUT = "25P04";

  private SqlStates() {}

  /** The SQLSTATE; null if the error has none. */
  public static @Nullable String sqlState(Throwable error) {
    return error instanceof R2dbcException database ? database.getSqlState() : null;
  }

  /** Whether the connection was lost before an answer came. */
  public static boolean isConnectionLoss(Throwable error) {
    String state = sqlState(error);
    if (state == null) {
      return error instanceof R2dbcException
          || error instanceof TimeoutException
          || error instanceof IOException;
    }
    return state.startsWith("08") || FATAL.contains(state);
  }

  /** Whether connecting may succeed if it is tried again. */
  public static boolean isWorthConnectingAgain(Throwable error) {
    String state = sqlState(error);
    return TOO_MANY_CONNECTIONS.equals(state) || isConnectionLoss(error);
  }

  /** Whether the server refused the credentials. */
  public static boolean isRefusedCredential(Throwable error) {
    String state = sqlState(error);
    return state != null && state.startsWith("28");
  }

  /** Why the client refused the server's certificate; null if it did not. */
  static @Nullable CertificateException refusedCertificate(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException refusal) {
        return refusal;
      }
    }
    return null;
  }

  /** Whether the unit of work conflicted with a concurrent one and may succeed if run again. */
  public static boolean isWorthRunningAgain(Throwable error) {
    String state = sqlState(error);
    return "40001".equals(state) || "40P01".equals(state);
  }

  /** Whether one of the time-outs struck that the opening sets on the server from the deadline. */
  public static boolean isServerTimeout(Throwable error) {
    String state = sqlState(error);
    return QUERY_CANCELED.equals(state) || TRANSACTION_TIMEOUT.equals(state);
  }

  /** Whether a schema of the search path does not exist. */
  public static boolean isUnknownSchema(Throwable error) {
    return "3F000".equals(sqlState(error));
  }

  /** The error as messages name it: its SQLSTATE, or its class and message. */
  public static String shortly(Throwable error) {
    if (error instanceof ConnectionRefusedException) {
      return String.valueOf(error.getMessage());
    }
    String state = sqlState(error);
    return state != null ? state : error.getClass().getSimpleName() + ": " + error.getMessage();
  }

  /** The error as messages name it, with the network's message if no server answered. */
  public static String whyNotConnected(Throwable error) {
    return sqlState(error) != null && error.getCause() instanceof IOException network
        ? shortly(error) + " (" + network.getMessage() + ")"
        : shortly(error);
  }
}

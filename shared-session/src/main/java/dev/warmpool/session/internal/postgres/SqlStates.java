package dev.warmpool.session.internal.postgres;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
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

  private static final String QUERY_CANCELED = "57014";
  private static final String TRANSACTION_TIMEOUT = "25P04";

  private SqlStates() {}

  /** The SQLSTATE; null if the error has none. */
  public static @Nullable String sqlState(Throwable error) {
    return error instanceof R2dbcException database ? database.getSqlState() : null;
  }

  /**
   * Whether the connection was lost before an answer came, by a fault of the network or the server.
   * An error of the client, such as a value that cannot be encoded, is none, although the driver
   * closes the connection and reports it as lost: on another connection it would occur again.
   */
  public static boolean isConnectionLoss(Throwable error) {
    return isWithoutAnswer(error) && !ConnectFailures.isOfTheClient(error);
  }

  /** Whether no answer came, so that the outcome of what was sent is not known. */
  public static boolean isWithoutAnswer(Throwable error) {
    String state = sqlState(error);
    if (state == null) {
      return error instanceof R2dbcException
          || error instanceof TimeoutException
          || error instanceof IOException;
    }
    return state.startsWith("08") || FATAL.contains(state);
  }

  /**
   * Whether the error is the server's answer, so that what it answers has failed. An error without
   * one says nothing of that: a message may have been run although its answer was lost or could not
   * be read.
   */
  public static boolean isAnswer(Throwable error) {
    String state = sqlState(error);
    return state != null && !state.startsWith("08");
  }

  /**
   * Whether the server itself has said that it ends the connection. It answers in order: if this is
   * the answer to a message, nothing behind that message was run.
   */
  public static boolean isEndByTheServer(Throwable error) {
    String state = sqlState(error);
    return state != null && FATAL.contains(state);
  }

  /** Whether connecting may succeed if it is tried again. */
  public static boolean isWorthConnectingAgain(Throwable error) {
    return ConnectFailures.isWorthAnotherAttempt(error);
  }

  /**
   * Whether the server refused the credentials; what pg_hba.conf refuses does not depend on them.
   */
  public static boolean isRefusedCredential(Throwable error) {
    String state = sqlState(error);
    return state != null
        && state.startsWith("28")
        && !String.valueOf(error.getMessage()).contains("pg_hba.conf");
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

  /** Whether a check divided by zero, which it does if it finds a fault. */
  static boolean isFailedCheck(Throwable error) {
    return "22012".equals(sqlState(error));
  }

  /** Whether a command needs a transaction block, and none is open. */
  static boolean isOutsideTransaction(Throwable error) {
    return "25P01".equals(sqlState(error));
  }

  /** Whether an opening failed because the session's schema does not exist. */
  public static boolean isUnknownSchema(Throwable error) {
    return "3F000".equals(sqlState(error));
  }

  /** Whether an opening failed because the session's role does not exist. */
  public static boolean isUnknownRole(Throwable error) {
    return "22023".equals(sqlState(error));
  }

  /** Whether an opening failed because the login role is not a member of the session's role. */
  public static boolean isRoleNotGranted(Throwable error) {
    return "42501".equals(sqlState(error));
  }

  /** Whether an opening failed because the schema of extensions does not exist. */
  public static boolean isUnknownExtensionSchema(Throwable error) {
    return "22012".equals(sqlState(error));
  }

  /**
   * The error as messages name it: its SQLSTATE and message, or its class and message. Only for
   * errors that cannot quote a bound value.
   */
  public static String shortly(Throwable error) {
    return ConnectFailures.shortly(error);
  }

  /** Why connecting failed and what to do; holds the server's reason, but no password. */
  public static String whyNotConnected(Throwable error) {
    return ConnectFailures.why(error);
  }
}

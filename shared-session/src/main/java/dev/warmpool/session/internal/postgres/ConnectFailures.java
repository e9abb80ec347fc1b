package dev.warmpool.session.internal.postgres;

import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.InvalidAlgorithmParameterException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why connecting failed, in words, and whether the next attempt may succeed. The SQLSTATE decides,
 * and where one SQLSTATE has several causes, words of the server's message, which servers with
 * another language than English do not send: the general remedy is then given.
 */
final class ConnectFailures {

  private static final String ADDRESS = "check POSTGRES_HOST and POSTGRES_PORT";

  private static final String NETWORK =
      ADDRESS + ", that the server runs, and the network's routes and security groups";

  private static final String CLOSED =
      "the server closed the connection before it answered: " + ADDRESS;

  /** PgBouncer gives this SQLSTATE to most of its refusals. */
  private static final String PROTOCOL_VIOLATION = "08P01";

  private static final Pattern SILENCE = Pattern.compile("Did not observe .* within (\\d+)ms");

  private static final List<Rule> RULES =
      List.of(
          again("53", "", ""),
          again("57P03", "", ""),
          again("57P0", "", ""),
          again("25P03", "", ""),
          never("28P01", "", "check POSTGRES_USER, the password and the role's VALID UNTIL"),
          never("28", "pg_hba\\.conf rejects", "change that line of the server's pg_hba.conf"),
          never(
              "28",
              "no encryption|SSL off",
              "set POSTGRES_SSL_MODE to verify-full if the server takes only TLS, else admit this"
                  + " host, user and database in its pg_hba.conf"),
          never(
              "28",
              "pg_hba\\.conf",
              "admit this host, user and database in the server's pg_hba.conf"),
          never("28", "not permitted to log in", "check POSTGRES_USER or grant the role LOGIN"),
          never("28", "role .* does not exist", "check POSTGRES_USER"),
          never(
              "28",
              "PAM",
              "for an IAM token, grant the role rds_iam, and the function rds-db:connect as"
                  + " POSTGRES_USER"),
          never("28", "", "check POSTGRES_USER, the password and the server's pg_hba.conf"),
          never("3D000", "", "check POSTGRES_DB"),
          never("42501", "", "grant POSTGRES_USER the privilege CONNECT"),
          never(
              "42704",
              "idle_session_timeout|client_connection_check_interval",
              "PostgreSQL 14 or later is needed"),
          never("0A000", "RDS Proxy", "set POSTGRES_POOLER to rds-proxy"),
          never(
              PROTOCOL_VIOLATION,
              "startup parameter",
              "for PgBouncer set POSTGRES_POOLER to pgbouncer and, in its configuration,"
                  + " ignore_startup_parameters = extra_float_digits"),
          never(
              PROTOCOL_VIOLATION,
              "no such database",
              "check POSTGRES_DB and PgBouncer's list of databases"),
          never(PROTOCOL_VIOLATION, "no such user", "check POSTGRES_USER and PgBouncer's users"),
          never(
              PROTOCOL_VIOLATION,
              "authentication failed",
              "check POSTGRES_USER and the password, in PgBouncer's auth_file, too"),
          never(
              PROTOCOL_VIOLATION,
              "does not exist|pg_hba\\.conf",
              "check how PgBouncer logs in to its server"),
          never(
              PROTOCOL_VIOLATION,
              "bouncer config error",
              "PgBouncer's log says which; check POSTGRES_DB and POSTGRES_USER"),
          again(
              PROTOCOL_VIOLATION,
              "server_login_retry|login failed",
              "PgBouncer's log says why it cannot log in to its server"),
          again("08", "", ""));

  private ConnectFailures() {}

  /**
   * What a refusal by the server means.
   *
   * @param state how its SQLSTATE begins
   * @param words found in its message; empty for any message
   * @param again whether the next attempt may succeed
   * @param remedy what to do; empty if the message says it
   */
  private record Rule(String state, Pattern words, boolean again, String remedy) {

    boolean covers(String sqlState, String message) {
      return sqlState.startsWith(state) && words.matcher(message).find();
    }
  }

  private static Rule again(String state, String words, String remedy) {
    return new Rule(state, Pattern.compile(words, Pattern.CASE_INSENSITIVE), true, remedy);
  }

  private static Rule never(String state, String words, String remedy) {
    return new Rule(state, Pattern.compile(words, Pattern.CASE_INSENSITIVE), false, remedy);
  }

  private static @Nullable Rule rule(R2dbcException error) {
    String state = String.valueOf(error.getSqlState());
    String message = message(error);
    return RULES.stream().filter(rule -> rule.covers(state, message)).findFirst().orElse(null);
  }

  /** Whether the next attempt to connect may succeed. */
  static boolean isWorthAnotherAttempt(Throwable error) {
    if (error instanceof R2dbcException refusal && isOfTheServer(refusal)) {
      Rule rule = rule(refusal);
      return rule != null && rule.again();
    }
    return SqlStates.isConnectionLoss(error) && !isOfTheConfiguration(error);
  }

  /** Whether a server sent this error: only those have a severity. */
  private static boolean isOfTheServer(R2dbcException error) {
    return error instanceof PostgresqlException sent
        && sent.getErrorDetails().getSeverityLocalized() != null;
  }

  /** Whether encryption fails however often it is tried: by an alert, or without any root. */
  private static boolean isOfTheConfiguration(Throwable error) {
    SSLException tls = Causes.first(SSLException.class, error);
    return isTrustStoreEmpty(error)
        || (tls != null && message(tls).startsWith("Received fatal alert"));
  }

  private static boolean isTrustStoreEmpty(Throwable error) {
    InvalidAlgorithmParameterException fault =
        Causes.first(InvalidAlgorithmParameterException.class, error);
    return fault != null && message(fault).contains("trustAnchors");
  }

  /**
   * Whether the client itself failed, not the network or the server: the driver closes the
   * connection then and reports it as lost.
   */
  static boolean isOfTheClient(Throwable error) {
    return error.getCause() != null
        && Causes.first(IOException.class, error) == null
        && Causes.first(TimeoutException.class, error) == null
        && Causes.first(R2dbcException.class, error.getCause()) == null;
  }

  /** Why connecting failed and what to do, without a password. */
  static String why(Throwable error) {
    if (error instanceof ConnectionRefusedException) {
      return message(error);
    }
    if (error instanceof R2dbcException refusal && isOfTheServer(refusal)) {
      Rule rule = rule(refusal);
      return refusal.getSqlState()
          + " "
          + message(refusal)
          + (rule == null || rule.remedy().isEmpty() ? "" : ": " + rule.remedy());
    }
    return network(error);
  }

  private static String network(Throwable error) {
    TimeoutException silence = Causes.first(TimeoutException.class, error);
    if (silence != null) {
      return silence(message(silence));
    }
    UnknownHostException unknown = Causes.first(UnknownHostException.class, error);
    if (unknown != null) {
      return message(unknown) + ": check POSTGRES_HOST and the network's DNS";
    }
    ConnectException unreachable = Causes.first(ConnectException.class, error);
    if (unreachable != null) {
      return message(unreachable) + ": " + NETWORK;
    }
    if (isTrustStoreEmpty(error)) {
      return "the JVM's trust store holds no certificates, so that none can be verified: set"
          + " POSTGRES_SSL_ROOT_CERT";
    }
    SSLException tls = Causes.first(SSLException.class, error);
    if (tls != null) {
      return "the TLS handshake failed: " + message(tls);
    }
    IOException network = Causes.first(IOException.class, error);
    if (network instanceof ClosedChannelException) {
      return CLOSED;
    }
    if (network != null) {
      return "the connection failed: " + message(network);
    }
    return unexplained(error);
  }

  /** Reactor's message names an operator; the time is all that helps. */
  private static String silence(String message) {
    Matcher limit = SILENCE.matcher(message);
    return limit.find() ? "no answer within " + limit.group(1) + " ms: " + NETWORK : message;
  }

  private static String unexplained(Throwable error) {
    String state = SqlStates.sqlState(error);
    return state != null && state.startsWith("08") && error.getCause() == null
        ? CLOSED
        : shortly(error);
  }

  /** The SQLSTATE and the server's message, or the class and its message. */
  static String shortly(Throwable error) {
    String state = SqlStates.sqlState(error);
    if (error instanceof ConnectionRefusedException) {
      return message(error);
    }
    if (state == null) {
      return error.getClass().getSimpleName() + ": " + error.getMessage();
    }
    return state
        + " "
        + (isOfTheServer((R2dbcException) error) ? message(error) : lost(error.getCause()));
  }

  /** The driver has several messages for one loss, and which it gives depends on timing. */
  private static String lost(@Nullable Throwable cause) {
    return cause == null || Causes.first(IOException.class, cause) != null
        ? "connection lost"
        : "connection closed by the client after " + shortly(cause);
  }

  private static String message(Throwable error) {
    return String.valueOf(error.getMessage());
  }
}

package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.settings.Pooler;
import dev.warmpool.session.settings.PoolerCheck;
import dev.warmpool.session.settings.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * The messages that end sessions, with one manager's settings. Immutable.
 *
 * <p>On a direct connection the reset is a message of its own behind COMMIT or ROLLBACK. A pooler
 * gives the server's connection to another client when a message leaves no transaction open, so
 * there the reset rides in the message that ends the transaction. It runs in a transaction that is
 * chained to the session's, without a moment between them in which an error, such as a cancel that
 * comes late, would leave none open. If the reset fails, the chained transaction stays open, and
 * the pooler closes the server's connection with the client's.
 */
final class EndSql {

  private static final String DISCARD = "DISCARD ALL";

  /**
   * The parts of {@code DISCARD ALL} but the one that deallocates the driver's statements. The
   * query that checks these makes two of the parts, since the driver takes some 7 µs and 3 KB for
   * each command of a message.
   */
  private static final String DISCARD_KEEPING_STATEMENTS =
      "CLOSE ALL;RESET ALL;UNLISTEN *;DISCARD TEMP;DISCARD SEQUENCES;"
          + "SELECT set_config('session_authorization',NULL,false),"
          + "pg_advisory_unlock_all(),";

  private static final String CHAIN = " AND CHAIN";

  private static final String UNLOCK = "SELECT pg_catalog.pg_advisory_unlock_all()";

  /**
   * What ROLLBACK does not undo and COMMIT does not need: it goes in front of COMMIT, which may
   * still fail, and then lets go of the server's connection.
   */
  private static final List<String> HARMLESS_BEFORE_COMMIT =
      List.of("CLOSE ALL", "DEALLOCATE ALL", "DISCARD SEQUENCES");

  /**
   * Takes the session's advisory locks for the transaction, too, so that they can be released in
   * front of COMMIT and are held until its end all the same. Costs the server 0.3 ms.
   */
  private static final String LOCK_UNTIL_COMMIT =
      """
      SELECT CASE
        WHEN mode = 'ExclusiveLock' AND objsubid = 1
          THEN pg_catalog.pg_advisory_xact_lock((classid::bigint << 32) | objid::bigint)
        WHEN mode = 'ExclusiveLock'
          THEN pg_catalog.pg_advisory_xact_lock(classid::integer, objid::integer)
        WHEN objsubid = 1
          THEN pg_catalog.pg_advisory_xact_lock_shared((classid::bigint << 32) | objid::bigint)
        ELSE pg_catalog.pg_advisory_xact_lock_shared(classid::integer, objid::integer) END
      FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid()\
      """;

  /**
   * Whether the session has left something, as far as the server's views tell. The opening's own
   * settings do not count. Costs the server about 1 ms. Names are qualified, for tables of the
   * session's temporary schema are found before those of pg_catalog.
   */
  static final String QUESTION =
      """
      SELECT current_user <> session_user
      OR EXISTS (SELECT FROM pg_catalog.pg_depend
        WHERE refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND refobjid = pg_catalog.pg_my_temp_schema())
      OR EXISTS (SELECT FROM pg_catalog.pg_settings WHERE source = 'session' AND name NOT IN (
        'search_path', 'statement_timeout', 'idle_in_transaction_session_timeout',
        'transaction_timeout', 'transaction_isolation', 'transaction_read_only',
        'transaction_deferrable',
        'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'extra_float_digits'))
      OR EXISTS (SELECT FROM pg_catalog.pg_listening_channels())
      OR EXISTS (SELECT FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid())
      OR EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)
      OR EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable)\
      """;

  /** The question inside the transaction of a session that runs as this role; null for none. */
  static String question(@Nullable String role) {
    return role == null
        ? QUESTION
        : QUESTION.replace("current_user <> session_user", "current_user <> " + Literal.of(role));
  }

  /** Leaves a transaction open, so that what follows reaches the same server connection. */
  static final String ROLLBACK_AND_QUESTION = SessionSql.ROLLBACK + CHAIN + ";" + QUESTION;

  /** When a session is reset. */
  enum When {
    /** Behind its last message. */
    IN_A_MESSAGE_OF_ITS_OWN,
    /** In its last message. */
    IN_THE_LAST_MESSAGE,
    /** In its last message if it left something. */
    IF_LEFT
  }

  private final String reset;
  private final When when;
  private final boolean asksAlways;
  private final int statementCache;
  private final String rollBack;
  private final String resetOutside;
  private final Message commit;
  private final Message serializableCommit;

  /**
   * A message with COMMIT in it.
   *
   * @param sql its text
   * @param commitAt which of its commands is COMMIT, from 1
   */
  record Message(String sql, int commitAt) {}

  private EndSql(SessionSettings settings, String message, When when) {
    List<String> behind = behind(settings.pooler());
    this.reset = message;
    this.when = when;
    this.statementCache = settings.statementCache();
    this.asksAlways = settings.poolerCheck() == PoolerCheck.EVERY_SESSION;
    String reset = String.join(";", HARMLESS_BEFORE_COMMIT) + ";" + String.join(";", behind);
    this.rollBack = SessionSql.ROLLBACK + CHAIN + ";" + reset;
    this.resetOutside = "BEGIN;" + reset;
    this.commit = message(List.of(), behind);
    this.serializableCommit = message(List.of(LOCK_UNTIL_COMMIT, UNLOCK), behind);
  }

  static EndSql of(SessionSettings settings) {
    return switch (settings.pooler()) {
      case NONE -> {
        String reset = settings.statementCache() == 0 ? DISCARD : DISCARD_KEEPING_STATEMENTS;
        yield new EndSql(settings, reset, When.IN_A_MESSAGE_OF_ITS_OWN);
      }
      case PGBOUNCER -> new EndSql(settings, "", When.IN_THE_LAST_MESSAGE);
      case RDS_PROXY -> new EndSql(settings, "", When.IF_LEFT);
    };
  }

  private static List<String> behind(Pooler pooler) {
    List<String> behind = new ArrayList<>();
    behind.addAll(List.of("RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL"));
    if (pooler == Pooler.PGBOUNCER) {
      behind.addAll(startup());
    }
    behind.addAll(List.of("UNLISTEN *", UNLOCK, "DISCARD TEMP", "COMMIT"));
    return behind;
  }

  /**
   * The settings that the driver asks for when it connects. PgBouncer makes them on the server's
   * connection with SET and remembers them by what the server reports: RESET ALL alone would put
   * the server's defaults in their place for the client's later sessions.
   */
  private static List<String> startup() {
    return List.of(
        "SET client_encoding TO 'utf8'",
        "SET DateStyle TO 'ISO'",
        "SET TimeZone TO '" + timeZone(TimeZone.getDefault().getID()).replace("'", "''") + "'",
        "SET application_name TO '" + Connector.APPLICATION + "'");
  }

  /** The name that the driver sends: PostgreSQL counts the hours of GMT+n the other way round. */
  private static String timeZone(String id) {
    if (id.startsWith("GMT+")) {
      return "GMT-" + id.substring(4);
    }
    return id.startsWith("GMT-") ? "GMT+" + id.substring(4) : id;
  }

  private static Message message(List<String> locks, List<String> behind) {
    List<String> commands = new ArrayList<>();
    commands.add(OpeningSql.CHECK);
    commands.add("SET CONSTRAINTS ALL IMMEDIATE");
    commands.addAll(locks);
    commands.addAll(HARMLESS_BEFORE_COMMIT);
    commands.add("SET statement_timeout TO 0"); // the session's own would bound the reset
    commands.add("COMMIT" + CHAIN);
    int commitAt = commands.size();
    commands.addAll(behind);
    return new Message(String.join(";", commands), commitAt);
  }

  /** The reset as a message of its own; empty through a pooler. */
  String reset() {
    return reset;
  }

  When when() {
    return when;
  }

  /** How many prepared statements the driver keeps, and the reset has to check. */
  int statementCache() {
    return statementCache;
  }

  /** Whether every session is asked if it left something, whatever its texts. */
  boolean asksAlways() {
    return asksAlways;
  }

  /** Rolls back and resets; fails with 25P01 if no transaction is open. */
  String rollBack() {
    return rollBack;
  }

  /** Resets behind a text that has ended its transaction. */
  String resetOutside() {
    return resetOutside;
  }

  /**
   * Commits and resets. Errors of deferred constraints come before COMMIT, while the transaction
   * still holds the server's connection.
   */
  Message commit(Isolation isolation) {
    return isolation == Isolation.SERIALIZABLE ? serializableCommit : commit;
  }
}

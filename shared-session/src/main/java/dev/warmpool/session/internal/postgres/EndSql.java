package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.settings.Pooler;
import dev.warmpool.session.settings.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;

/**
 * The messages that end sessions, with one manager's settings. Immutable.
 *
 * <p>On a direct connection the reset is a message of its own behind COMMIT or ROLLBACK. A pooler
 * gives the server's connection to another client when a message leaves no transaction open, so
 * there the reset rides in the message that ends the transaction. It runs in a transaction of its
 * own: if it fails, that transaction stays open, and the pooler closes the server's connection with
 * the client's.
 */
final class EndSql {

  private static final String DISCARD = "DISCARD ALL";

  /** The parts of {@code DISCARD ALL} but the one that deallocates the driver's statements. */
  private static final String DISCARD_KEEPING_STATEMENTS =
      "CLOSE ALL;SET SESSION AUTHORIZATION DEFAULT;RESET ALL;UNLISTEN *;"
          + "SELECT pg_advisory_unlock_all();DISCARD TEMP;DISCARD SEQUENCES";

  /** The characteristics are named, for a session may have changed their defaults. */
  private static final String BEGIN =
      "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE NOT DEFERRABLE";

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
          THEN pg_advisory_xact_lock((classid::int8 << 32) | objid::int8)
        WHEN mode = 'ExclusiveLock' THEN pg_advisory_xact_lock(classid::int4, objid::int4)
        WHEN objsubid = 1
          THEN pg_advisory_xact_lock_shared((classid::int8 << 32) | objid::int8)
        ELSE pg_advisory_xact_lock_shared(classid::int4, objid::int4) END
      FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()\
      """;

  private final String reset;
  private final boolean always;
  private final String rollBack;
  private final Message commit;
  private final Message serializableCommit;

  /**
   * A message with COMMIT in it.
   *
   * @param sql its text
   * @param commitAt which of its commands is COMMIT, from 1
   */
  record Message(String sql, int commitAt) {}

  private EndSql(String reset, boolean always, List<String> behind) {
    this.reset = reset;
    this.always = always;
    this.rollBack =
        String.join(
            ";",
            SessionSql.ROLLBACK,
            BEGIN,
            String.join(";", HARMLESS_BEFORE_COMMIT),
            String.join(";", behind));
    this.commit = message(List.of(), behind);
    this.serializableCommit = message(List.of(LOCK_UNTIL_COMMIT, UNLOCK), behind);
  }

  static EndSql of(SessionSettings settings) {
    Pooler pooler = settings.pooler();
    if (pooler == Pooler.NONE) {
      String reset = settings.statementCache() == 0 ? DISCARD : DISCARD_KEEPING_STATEMENTS;
      return new EndSql(reset, false, List.of());
    }
    return new EndSql("", pooler == Pooler.PGBOUNCER, behind(pooler));
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
    commands.add("COMMIT");
    int commitAt = commands.size();
    commands.add(BEGIN);
    commands.addAll(behind);
    return new Message(String.join(";", commands), commitAt);
  }

  /** The reset as a message of its own; empty through a pooler. */
  String reset() {
    return reset;
  }

  /** Whether the reset rides in the last message of every session. */
  boolean always() {
    return always;
  }

  /** Rolls back and resets. */
  String rollBack() {
    return rollBack;
  }

  /**
   * Commits and resets. Errors of deferred constraints come before COMMIT, while the transaction
   * still holds the server's connection.
   */
  Message commit(Isolation isolation) {
    return isolation == Isolation.SERIALIZABLE ? serializableCommit : commit;
  }
}

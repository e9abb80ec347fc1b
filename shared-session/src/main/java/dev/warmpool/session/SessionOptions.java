package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * What a session is to be. Immutable; every method gives a changed copy.
 *
 * @param schema where the statements run; null for the setting {@code POSTGRES_SCHEMA}
 * @param kind read-write by default
 * @param isolation of a read-write session, READ COMMITTED by default; snapshots are REPEATABLE
 *     READ
 * @param deadline bounds waiting, connecting, statements and clean-up; null leaves statements
 *     unbounded
 * @param retries how often the whole unit of work runs again after SQLSTATE 40001 or 40P01; 0 to
 *     100, 0 by default
 * @param name for logs and messages
 */
public record SessionOptions(
    @Nullable Schema schema,
    Kind kind,
    Isolation isolation,
    @Nullable Deadline deadline,
    int retries,
    String name) {

  private static final int MAX_RETRIES = 100;

  /** What a session may do. */
  public enum Kind {
    /** One transaction, committed before the result is seen. */
    READ_WRITE,
    /**
     * No transaction block: each statement sees what is committed when it starts, and a write fails
     * with SQLSTATE 25006. A guard against mistakes, not against hostile SQL, which can switch it
     * off: use a role for that.
     */
    READ_ONLY,
    /** A read-only transaction at REPEATABLE READ: all statements see the same moment. */
    SNAPSHOT
  }

  /** Isolation levels of a read-write session. */
  public enum Isolation {
    /** Each statement sees what was committed before it. */
    READ_COMMITTED("READ COMMITTED"),
    /** All statements see what was committed before the first. */
    REPEATABLE_READ("REPEATABLE READ"),
    /** As if sessions ran one after another. */
    SERIALIZABLE("SERIALIZABLE");

    private final String sql;

    Isolation(String sql) {
      this.sql = sql;
    }

    String sql() {
      return sql;
    }
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code retries} is out of range
   */
  public SessionOptions {
    if (retries < 0 || retries > MAX_RETRIES) {
      throw new IllegalArgumentException("retries is " + retries + ": must be 0 to " + MAX_RETRIES);
    }
  }

  /** A read-write session on the default schema, without a deadline. */
  public static SessionOptions standard() {
    return new SessionOptions(null, Kind.READ_WRITE, Isolation.READ_COMMITTED, null, 0, "session");
  }

  /** A read-write session on the default schema that is over by the deadline. */
  public static SessionOptions until(Deadline deadline) {
    return standard().by(deadline);
  }

  /** How the session is called in messages. */
  String named() {
    return "session '" + name + "'";
  }

  /** In this schema. */
  public SessionOptions in(Schema schema) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** Read-only, without a transaction block. */
  public SessionOptions readOnly() {
    return new SessionOptions(schema, Kind.READ_ONLY, isolation, deadline, retries, name);
  }

  /** Read-only, all statements on one snapshot. */
  public SessionOptions snapshot() {
    return new SessionOptions(schema, Kind.SNAPSHOT, isolation, deadline, retries, name);
  }

  /** At this isolation level. */
  public SessionOptions at(Isolation isolation) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** Over by this deadline. */
  public SessionOptions by(Deadline deadline) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** The whole unit of work runs again up to this often after 40001 and 40P01. */
  public SessionOptions retrying(int retries) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** Called this in logs and messages. */
  public SessionOptions named(String name) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }
}

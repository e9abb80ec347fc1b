package dev.warmpool.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What kind of session to open. Immutable; each method that sets an option returns a changed copy.
 *
 * @param schema in which the statements run; null for the setting {@code POSTGRES_SCHEMA}
 * @param kind read-write by default
 * @param isolation of a read-write session, READ COMMITTED by default; a snapshot is always
 *     REPEATABLE READ
 * @param deadline bounds waiting, connecting, statements and clean-up; null leaves statements
 *     unbounded
 * @param retries how often the whole unit of work runs again after SQLSTATE 40001 or 40P01: 0 to
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
    /** One transaction, committed before the result is emitted. */
    READ_WRITE,
    /**
     * No transaction block: each statement sees what was committed when it started, and a write
     * fails with SQLSTATE 25006. It guards against mistakes, not against hostile SQL, which can
     * switch it off: use a role for that.
     */
    READ_ONLY,
    /** A read-only transaction at REPEATABLE READ: all statements see the same moment. */
    SNAPSHOT
  }

  /** The isolation level of a read-write session, as PostgreSQL defines it. */
  public enum Isolation {
    /** Each statement sees what was committed before it. */
    READ_COMMITTED,
    /** All statements see what was committed before the first. */
    REPEATABLE_READ,
    /** As if sessions ran one after another. */
    SERIALIZABLE
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code retries} is out of range
   * @throws NullPointerException if a value other than the schema or the deadline is null; the
   *     message says which
   */
  public SessionOptions {
    Objects.requireNonNull(kind, "the kind of a session is null");
    Objects.requireNonNull(isolation, "the isolation of a session is null");
    Objects.requireNonNull(name, "the name of a session is null");
    if (retries < 0 || retries > MAX_RETRIES) {
      throw new IllegalArgumentException("retries is " + retries + ": must be 0 to " + MAX_RETRIES);
    }
  }

  /** A read-write session on the default schema, without a deadline. */
  public static SessionOptions standard() {
    return new SessionOptions(null, Kind.READ_WRITE, Isolation.READ_COMMITTED, null, 0, "session");
  }

  /** A read-write session on the default schema that ends by the deadline. */
  public static SessionOptions until(Deadline deadline) {
    return standard().by(deadline);
  }

  /** How messages name the session, such as {@code session 'orders'}. */
  public String label() {
    return "session '" + name + "'";
  }

  /** A copy that runs on this schema. */
  public SessionOptions in(Schema schema) {
    Objects.requireNonNull(schema, "the schema is null: without in(...), it is POSTGRES_SCHEMA");
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** A copy that is read-only, without a transaction block. */
  public SessionOptions readOnly() {
    return new SessionOptions(schema, Kind.READ_ONLY, isolation, deadline, retries, name);
  }

  /** A copy that is read-only, with all statements on one snapshot. */
  public SessionOptions snapshot() {
    return new SessionOptions(schema, Kind.SNAPSHOT, isolation, deadline, retries, name);
  }

  /** A copy at this isolation level, which only a read-write session uses. */
  public SessionOptions at(Isolation isolation) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** A copy that ends by this deadline. */
  public SessionOptions by(Deadline deadline) {
    Objects.requireNonNull(deadline, "the deadline is null: without by(...), there is none");
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /**
   * A copy whose unit of work runs again up to this many times after SQLSTATE 40001 or 40P01.
   *
   * @param retries 0 to 100
   * @throws IllegalArgumentException if {@code retries} is out of range
   */
  public SessionOptions retrying(int retries) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }

  /** A copy with this name in logs and messages. */
  public SessionOptions named(String name) {
    return new SessionOptions(schema, kind, isolation, deadline, retries, name);
  }
}

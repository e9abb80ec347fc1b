package dev.warmpool.session;

import java.util.Map;
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
 * @param role as which the statements run; null for the login role
 * @param settings custom settings by name, in the order in which they are made; immutable
 * @param repetition whether a statement that {@link SessionManager#execute} or {@link
 *     SessionManager#query} sends may run twice; not by default
 */
public record SessionOptions(
    @Nullable Schema schema,
    Kind kind,
    Isolation isolation,
    @Nullable Deadline deadline,
    int retries,
    String name,
    @Nullable String role,
    Map<String, String> settings,
    Repetition repetition) {

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
    SNAPSHOT,
    /**
     * No transaction block, and writes: each statement commits by itself, nothing is rolled back
     * and nothing is sent twice. For what PostgreSQL refuses in a transaction.
     */
    OUTSIDE_TRANSACTION;

    /** Whether its statements may change data. */
    public boolean writes() {
      return this == READ_WRITE || this == OUTSIDE_TRANSACTION;
    }
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

  /** What running a statement twice does. */
  public enum Repetition {
    /** It may apply the statement's change twice. */
    HARMFUL,
    /** The data are the same as after running it once. */
    HARMLESS
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code retries} is out of range or above 0 outside a
   *     transaction, or the role or a setting is not legal
   * @throws NullPointerException if a value other than the schema, the deadline or the role is
   *     null; the message says which
   */
  public SessionOptions {
    Objects.requireNonNull(kind, "the kind of a session is null");
    Objects.requireNonNull(isolation, "the isolation of a session is null");
    Objects.requireNonNull(name, "the name of a session is null");
    Objects.requireNonNull(repetition, "the repetition of a session is null");
    if (retries < 0 || retries > MAX_RETRIES) {
      throw new IllegalArgumentException("retries is " + retries + ": must be 0 to " + MAX_RETRIES);
    }
    if (retries > 0 && kind == Kind.OUTSIDE_TRANSACTION) {
      throw new IllegalArgumentException(
          "session '"
              + name
              + "' runs outside a transaction and has "
              + retries
              + " retries: it is not run again, because nothing of it is undone; use retrying(0)");
    }
    if (role != null) {
      BindingRules.checkRole(role);
    }
    settings = BindingRules.checked(settings);
  }

  /** A read-write session on the default schema, without a deadline. */
  public static SessionOptions standard() {
    return new SessionOptions(
        null,
        Kind.READ_WRITE,
        Isolation.READ_COMMITTED,
        null,
        0,
        "session",
        null,
        Map.of(),
        Repetition.HARMFUL);
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
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, repetition);
  }

  /** A copy that is read-only, without a transaction block. */
  public SessionOptions readOnly() {
    return new SessionOptions(
        schema, Kind.READ_ONLY, isolation, deadline, retries, name, role, settings, repetition);
  }

  /** A copy that is read-only, with all statements on one snapshot. */
  public SessionOptions snapshot() {
    return new SessionOptions(
        schema, Kind.SNAPSHOT, isolation, deadline, retries, name, role, settings, repetition);
  }

  /**
   * A copy that runs outside a transaction, for commands such as {@code CREATE INDEX CONCURRENTLY}
   * and {@code VACUUM}. Each statement commits by itself; none is undone if the session fails. It
   * has no savepoints and no retries, and needs a direct connection. If a connection is lost while
   * a statement runs, the session fails with {@link CommitOutcomeUnknownException}.
   *
   * @throws IllegalArgumentException if the session has retries
   */
  public SessionOptions outsideTransaction() {
    return new SessionOptions(
        schema,
        Kind.OUTSIDE_TRANSACTION,
        isolation,
        deadline,
        retries,
        name,
        role,
        settings,
        repetition);
  }

  /** A copy at this isolation level, which only a read-write session uses. */
  public SessionOptions at(Isolation isolation) {
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, repetition);
  }

  /** A copy that ends by this deadline. */
  public SessionOptions by(Deadline deadline) {
    Objects.requireNonNull(deadline, "the deadline is null: without by(...), there is none");
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, repetition);
  }

  /**
   * A copy whose unit of work runs again up to this many times after SQLSTATE 40001 or 40P01.
   *
   * @param retries 0 to 100
   * @throws IllegalArgumentException if {@code retries} is out of range
   */
  public SessionOptions retrying(int retries) {
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, repetition);
  }

  /** A copy with this name in logs and messages. */
  public SessionOptions named(String name) {
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, repetition);
  }

  /**
   * A copy whose statements run as this role, which the login role must be a member of. A login
   * role that inherits none of its rights cannot reach other tenants' objects by mistake; a text
   * that itself says {@code SET ROLE} to another role of the login role is not stopped.
   *
   * @param role the name as in the system catalog: case-sensitive, without quotes
   * @throws IllegalArgumentException if PostgreSQL would reject, change or reserve the name
   */
  public SessionOptions as(String role) {
    Objects.requireNonNull(role, "the role is null: without as(...), it is the login role");
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, repetition);
  }

  /**
   * A copy with this custom setting, which SQL reads by {@code current_setting(name)}: for the
   * policies of row-level security. It takes the place of an earlier value. The value appears in no
   * message and no log of this library, except in the log of bound values.
   *
   * @param name two or more parts joined by dots, such as {@code app.tenant}; case does not count
   * @param value at most 4,096 characters
   * @throws IllegalArgumentException if the name or the value is not legal; the message does not
   *     contain the value
   */
  public SessionOptions with(String name, String value) {
    return new SessionOptions(
        schema,
        kind,
        isolation,
        deadline,
        retries,
        this.name,
        role,
        BindingRules.added(settings, name, value),
        repetition);
  }

  /**
   * A copy that says that running its statement twice does no harm, such as {@code UPDATE … SET
   * state = 'paid' WHERE id = $1}. Only {@link SessionManager#execute} and {@link
   * SessionManager#query} use it: they send the statement again if it was not answered, instead of
   * failing with {@link CommitOutcomeUnknownException}.
   */
  public SessionOptions idempotent() {
    return new SessionOptions(
        schema, kind, isolation, deadline, retries, name, role, settings, Repetition.HARMLESS);
  }

  /** The options without the values of settings. */
  @Override
  public String toString() {
    return "SessionOptions[schema=%s, kind=%s, isolation=%s, deadline=%s, retries=%d, name=%s, role=%s, settings=%s, repetition=%s]"
        .formatted(
            schema, kind, isolation, deadline, retries, name, role, settings.keySet(), repetition);
  }
}

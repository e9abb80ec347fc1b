package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOptions.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes the opening: the message in front of a session's first statement, which costs no round
 * trip of its own. {@code BEGIN} comes first, so that after an opening that is cancelled half-way
 * no statement can commit by itself. The cast to {@code regnamespace} fails for an unknown schema,
 * which {@code SET} accepts.
 *
 * <p>One SELECT of {@code set_config} calls makes the settings, because the driver allocates for
 * each command of a message, and {@code pg_stat_statements} counts it as one however its values
 * differ. RDS Proxy would pin the connection for {@code set_config}: there {@code SET LOCAL} makes
 * them, and the time-outs are coarse, for every other value is another entry.
 */
final class OpeningSql {

  /** A setting that marks the session's own transaction, or connection, and ends with it. */
  private static final String MARK = "warmpool.session";

  /** Fails, and so aborts the transaction, unless it is the transaction that the opening began. */
  static final String CHECK =
      "SELECT 1/(coalesce(current_setting('" + MARK + "', true), '') = '1')::int";

  /** Lets each error end the connection, so that nothing behind it is run. */
  private static final String GUARD = "SET exit_on_error TO on;";

  private static final String UNGUARD = " OR set_config('exit_on_error','off',false) IS NULL";

  /** Fails if the mark of the session before is there; else is false. */
  private static final String UNLESS_RESET =
      "1/(coalesce(current_setting('" + MARK + "',true),'')='')::int IS NULL OR ";

  /** Lets the time-out of a statement strike before that of its transaction. */
  private static final int TRANSACTION_SLACK_MILLIS = 200;

  /** How long past its deadline a transaction may be idle before the server ends it. */
  private static final int IDLE_SLACK_MILLIS = 1_000;

  /** The server counts milliseconds in an int; this leaves room for the slack. */
  private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE / 2);

  private static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

  private final StringBuilder text = new StringBuilder(256);
  private final Circumstances now;

  private OpeningSql(Circumstances now) {
    this.now = now;
  }

  /**
   * What an opening depends on besides the session's options.
   *
   * @param form what it opens
   * @param bound whether the connection is bound to the session's schema already
   * @param byFunction whether {@code set_config} makes the settings
   * @param remaining until the deadline; null for none
   * @param serverVersion the major version
   * @param identify whether to ask which backend the connection has
   */
  record Circumstances(
      OpeningForm form,
      boolean bound,
      boolean byFunction,
      @Nullable Duration remaining,
      int serverVersion,
      boolean identify) {

    boolean block() {
      return form.isBlock();
    }

    boolean behindReset() {
      return form == OpeningForm.CONNECTION_BEHIND_RESET;
    }
  }

  /** The opening's text. */
  static String text(SessionOptions options, SearchPath path, Circumstances now) {
    OpeningSql opening = new OpeningSql(now);
    if (now.block()) {
      opening.begin(options);
    }
    return now.byFunction() ? opening.byFunction(options, path) : opening.byCommands(options, path);
  }

  /**
   * The role comes last: as a role without rights, the session could not ask when its backend
   * started. The expressions are evaluated in their order.
   */
  private String byFunction(SessionOptions options, SearchPath path) {
    if (now.behindReset()) {
      text.append(GUARD);
    }
    select();
    if (now.behindReset()) {
      text.append(UNLESS_RESET);
    }
    settings(options, path);
    text.append(path.check()).append(now.identify() ? Backend.COLUMNS : "");
    String role = options.role();
    if (role != null) {
      text.append(now.identify() ? "," : " OR ");
      configure("role").append(Literal.of(role)).append(now.block() ? ",true)" : ",false)");
      text.append(now.identify() ? "" : " IS NULL");
    }
    if (now.behindReset()) {
      text.append(UNGUARD);
    }
    return text.toString();
  }

  private String byCommands(SessionOptions options, SearchPath path) {
    settings(options, path);
    if (options.role() != null) {
      text.append("SET LOCAL ROLE ").append(Literal.identifier(options.role())).append(';');
    }
    select();
    return text.append(path.check()).append(now.identify() ? Backend.COLUMNS : "").toString();
  }

  /** Asks for a row only if it is needed: reading and dropping it costs time. */
  private void select() {
    text.append(now.identify() ? "SELECT " : "SELECT WHERE ");
  }

  private void settings(SessionOptions options, SearchPath path) {
    if (now.block() || now.byFunction()) {
      set(MARK, 1);
    }
    if (!now.bound()) {
      schema(path);
    }
    if (now.remaining() != null) {
      timeouts(now.remaining());
    }
    if (!now.block()) {
      writes(options.kind());
    }
    options.settings().forEach(this::custom);
  }

  /**
   * A read-only session switches writes off although the base state has them off: if a text has
   * switched them on and the reset behind it failed, the first statement would run with that.
   */
  private void writes(Kind kind) {
    set("default_transaction_read_only", kind.writes() ? "'off'" : "'on'");
  }

  private void custom(String name, String value) {
    if (now.byFunction()) {
      set(name, Literal.of(value));
    } else {
      text.append("SET LOCAL ").append(Literal.setting(name));
      text.append(" TO ").append(Literal.of(value)).append(';');
    }
  }

  private void begin(SessionOptions options) {
    boolean write = options.kind() == Kind.READ_WRITE;
    String isolation =
        options.kind() == Kind.SNAPSHOT
            ? "REPEATABLE READ"
            : options.isolation().name().replace('_', ' ');
    text.append("BEGIN ISOLATION LEVEL ")
        .append(isolation)
        .append(write ? " READ WRITE" : " READ ONLY")
        .append(" NOT DEFERRABLE;");
  }

  private void schema(SearchPath path) {
    if (now.byFunction()) {
      set("search_path", path.literal());
    } else {
      text.append("SET LOCAL search_path TO ").append(path.sql()).append(';');
    }
  }

  private void timeouts(Duration remaining) {
    long millis = now.byFunction() ? millis(remaining) : coarse(millis(remaining));
    set("statement_timeout", millis);
    if (now.block()) {
      set("idle_in_transaction_session_timeout", millis + IDLE_SLACK_MILLIS);
      if (now.serverVersion() >= FIRST_WITH_TRANSACTION_TIMEOUT) {
        set("transaction_timeout", millis + TRANSACTION_SLACK_MILLIS);
      }
    }
  }

  /** At least 1 ms, since 0 would switch the time-out off; at most half of what an int holds. */
  private static long millis(Duration remaining) {
    return remaining.compareTo(LONGEST) >= 0
        ? LONGEST.toMillis()
        : Math.max(1, remaining.plusNanos(999_999).toMillis());
  }

  /** Rounded up to a power of two or a quarter between two of them: at most 25 % more. */
  static long coarse(long millis) {
    long step = Math.max(1, Long.highestOneBit(millis) / 4);
    return (millis + step - 1) / step * step;
  }

  private void set(String name, long value) {
    if (now.byFunction()) {
      configure(name).append('\'').append(value).append('\'');
      configured();
    } else {
      text.append("SET LOCAL ").append(name).append(" = ").append(value).append(';');
    }
  }

  /** Makes a setting; as a condition it is false, since the function returns the new value. */
  private void set(String name, String literal) {
    configure(name).append(literal);
    configured();
  }

  private StringBuilder configure(String name) {
    return text.append("set_config('").append(name).append("',");
  }

  private void configured() {
    text.append(now.block() ? ",true) IS NULL OR " : ",false) IS NULL OR ");
  }
}

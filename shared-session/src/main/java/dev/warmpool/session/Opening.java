package dev.warmpool.session;

import dev.warmpool.session.SessionOptions.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The text that goes in front of a session's first statement, in one simple-query message with no
 * round trip of its own. {@code BEGIN} comes first, so that an opening cancelled half-way leaves no
 * place for a statement to land; the cast fails for an unknown schema, which a setting accepts.
 *
 * <p>A direct connection's settings are made by {@code set_config} in one SELECT, for the driver
 * spends on each command of a message; through a pooler, where that would pin, by {@code SET
 * LOCAL}.
 */
final class Opening {

  /** Set in the session's own transaction and gone with it. */
  private static final String MARK = "warmpool.session";

  /** Fails, and so takes its transaction with it, where that is not the one the opening began. */
  static final String CHECK =
      "SELECT 1/(coalesce(current_setting('warmpool.session', true), '') = '1')::int";

  /** Slack on the server, so that a statement's own time-out strikes before its transaction's. */
  private static final int TRANSACTION_SLACK_MILLIS = 200;

  /** How long a transaction may idle past its deadline before the server ends it. */
  private static final int IDLE_SLACK_MILLIS = 1_000;

  private static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

  private final StringBuilder text = new StringBuilder(256);
  private final Circumstances now;

  private Opening(Circumstances now) {
    this.now = now;
  }

  /**
   * What an opening depends on besides the session's options.
   *
   * @param block whether a transaction block is opened, which a read-only session on a direct
   *     connection does without
   * @param bound whether the connection was opened on the session's schema, so that it need not be
   *     set
   * @param direct whether there is no pooler in between
   * @param remaining until the deadline; null for none
   * @param serverVersion major
   * @param identify whether the connection's backend is not known yet
   */
  record Circumstances(
      boolean block,
      boolean bound,
      boolean direct,
      @Nullable Duration remaining,
      int serverVersion,
      boolean identify) {}

  /** The opening's text. */
  static String text(SessionOptions options, SearchPath path, Circumstances now) {
    Opening opening = new Opening(now);
    if (now.block()) {
      opening.begin(options);
    }
    if (now.direct()) {
      opening.select();
      opening.settings(path);
    } else {
      opening.settings(path);
      opening.select();
    }
    return opening
        .text
        .append(path.check())
        .append(now.identify() ? Backend.COLUMNS : "")
        .toString();
  }

  /** Only who needs a row asks for one: it would be read and dropped. */
  private void select() {
    text.append(now.identify() ? "SELECT " : "SELECT WHERE ");
  }

  private void settings(SearchPath path) {
    if (now.block()) {
      set(MARK, 1);
    }
    if (!now.bound()) {
      schema(path);
    }
    if (now.remaining() != null) {
      timeouts(now.remaining());
    }
  }

  private void begin(SessionOptions options) {
    boolean write = options.kind() == Kind.READ_WRITE;
    String isolation =
        options.kind() == Kind.SNAPSHOT ? "REPEATABLE READ" : options.isolation().sql();
    text.append("BEGIN ISOLATION LEVEL ")
        .append(isolation)
        .append(write ? " READ WRITE" : " READ ONLY")
        .append(" NOT DEFERRABLE;");
  }

  private void schema(SearchPath path) {
    if (now.direct()) {
      set("search_path", path.literal());
    } else {
      text.append("SET LOCAL search_path TO ").append(path.sql()).append(';');
    }
  }

  private void timeouts(Duration remaining) {
    long millis = Math.max(1, Math.min(ceilMillis(remaining), Integer.MAX_VALUE / 2));
    set("statement_timeout", millis);
    if (now.block()) {
      set("idle_in_transaction_session_timeout", millis + IDLE_SLACK_MILLIS);
      if (now.serverVersion() >= FIRST_WITH_TRANSACTION_TIMEOUT) {
        set("transaction_timeout", millis + TRANSACTION_SLACK_MILLIS);
      }
    }
  }

  private static long ceilMillis(Duration duration) {
    return duration.plusNanos(999_999).toMillis();
  }

  private void set(String name, long value) {
    if (now.direct()) {
      configure(name).append('\'').append(value).append('\'');
      configured();
    } else {
      text.append("SET LOCAL ").append(name).append(" = ").append(value).append(';');
    }
  }

  /** Sets and is false: the function gives the new value. */
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

package dev.warmpool.session;

import dev.warmpool.session.SessionOptions.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The text that goes in front of a session's first statement, in one simple-query message with no
 * round trip of its own. {@code BEGIN} comes first, so that an opening cancelled half-way leaves no
 * place for a statement to land; the cast fails for an unknown schema, which {@code SET} accepts.
 */
final class Opening {

  /** Slack on the server, so that a statement's own time-out strikes before its transaction's. */
  private static final int TRANSACTION_SLACK_MILLIS = 200;

  /** How long a transaction may idle past its deadline before the server ends it. */
  private static final int IDLE_SLACK_MILLIS = 1_000;

  private static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

  private final StringBuilder text = new StringBuilder(256);
  private final String local;

  private Opening(String local) {
    this.local = local;
  }

  /**
   * The opening's text.
   *
   * @param block whether a transaction block is opened, which a read-only session on a direct
   *     connection does without
   * @param remaining until the deadline; null for none
   * @param major the server's major version
   */
  static String text(SessionOptions options, SearchPath path, boolean block, Remaining remaining) {
    Opening opening = new Opening(block ? "SET LOCAL " : "SET ");
    if (block) {
      opening.begin(options);
    }
    opening.set("search_path TO " + path.sql());
    if (remaining.time() != null) {
      opening.timeouts(remaining.time(), block, remaining.major());
    }
    return opening.text.append("SELECT ").append(path.check()).toString();
  }

  /**
   * What bounds the session on the server.
   *
   * @param time until the deadline; null for none
   * @param major the server's major version
   */
  record Remaining(@Nullable Duration time, int major) {}

  private void begin(SessionOptions options) {
    boolean write = options.kind() == Kind.READ_WRITE;
    String isolation =
        options.kind() == Kind.SNAPSHOT ? "REPEATABLE READ" : options.isolation().sql();
    text.append("BEGIN ISOLATION LEVEL ")
        .append(isolation)
        .append(write ? " READ WRITE" : " READ ONLY")
        .append(" NOT DEFERRABLE;");
  }

  private void timeouts(Duration remaining, boolean block, int major) {
    long millis = Math.max(1, Math.min(ceilMillis(remaining), Integer.MAX_VALUE / 2));
    set("statement_timeout = " + millis);
    if (block) {
      set("idle_in_transaction_session_timeout = " + (millis + IDLE_SLACK_MILLIS));
      if (major >= FIRST_WITH_TRANSACTION_TIMEOUT) {
        set("transaction_timeout = " + (millis + TRANSACTION_SLACK_MILLIS));
      }
    }
  }

  private static long ceilMillis(Duration duration) {
    return duration.plusNanos(999_999).toMillis();
  }

  private void set(String assignment) {
    text.append(local).append(assignment).append(';');
  }
}

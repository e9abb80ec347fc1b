package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import java.time.Duration;
import java.time.Instant;

/** Turns the time that Lambda leaves an invocation into a session's deadline. */
public final class InvocationDeadline {

  /** Time kept back for cancelling, rolling back, closing, and for the response. */
  private static final Duration KEPT_BACK = Duration.ofMillis(500);

  /** Of an invocation without time left: the deadline is past, and each step gives up at once. */
  private static final Duration LEAST_GRACE = Duration.ofMillis(1);

  private InvocationDeadline() {}

  /**
   * The deadline of an invocation, early enough to roll back and to answer before Lambda kills the
   * process: the time that is left less 500 ms, or less half of it if that is shorter. A session
   * may take four fifths of what is kept back to end; the rest is for the response.
   *
   * @param context of the invocation
   */
  public static Deadline of(Context context) {
    Duration remaining = Duration.ofMillis(Math.max(0, context.getRemainingTimeInMillis()));
    Duration half = remaining.dividedBy(2);
    Duration keptBack = half.compareTo(KEPT_BACK) < 0 ? half : KEPT_BACK;
    Instant at = Instant.now().plus(remaining).minus(keptBack);
    Duration grace = keptBack.multipliedBy(4).dividedBy(5);
    return new Deadline(at, grace.isZero() ? LEAST_GRACE : grace);
  }
}

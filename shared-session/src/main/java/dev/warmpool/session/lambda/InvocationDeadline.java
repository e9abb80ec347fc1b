package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import java.time.Duration;
import java.time.Instant;

/** Turns the remaining time of a Lambda invocation into a session's deadline. */
public final class InvocationDeadline {

  /** Time kept back for cancelling, rolling back, closing, and for the response. */
  private static final Duration KEPT_BACK = Duration.ofMillis(500);

  /** The grace if no time remains: the deadline has passed, and each step gives up at once. */
  private static final Duration LEAST_GRACE = Duration.ofMillis(1);

  private InvocationDeadline() {}

  /**
   * The deadline of an invocation, early enough to roll back and to respond before Lambda ends the
   * process. It keeps back 500 ms of the remaining time, or half of it if that is less. The grace
   * is four fifths of the time kept back; the rest is for the response.
   *
   * @param context of the invocation; negative remaining time counts as none
   */
  public static Deadline of(Context context) {
    Duration remaining = remaining(context);
    Duration keptBack = atMostHalf(remaining, KEPT_BACK);
    Instant at = Instant.now().plus(remaining).minus(keptBack);
    Duration grace = keptBack.multipliedBy(4).dividedBy(5);
    return new Deadline(at, grace.isZero() ? LEAST_GRACE : grace);
  }

  /** How long to wait for the result: until the grace has passed, but at all. */
  static Duration limit(Context context) {
    Duration remaining = remaining(context);
    Duration limit = remaining.minus(atMostHalf(remaining, KEPT_BACK).dividedBy(5));
    return limit.isZero() ? LEAST_GRACE : limit;
  }

  /** The invocation's remaining time; none instead of a negative one. */
  private static Duration remaining(Context context) {
    return Duration.ofMillis(Math.max(0, context.getRemainingTimeInMillis()));
  }

  /** How long the end of an invocation may take: at most half of what remains. */
  static Duration end(Context context) {
    return atMostHalf(remaining(context), EndOfInvocation.MOST);
  }

  private static Duration atMostHalf(Duration remaining, Duration most) {
    Duration half = remaining.dividedBy(2);
    return half.compareTo(most) < 0 ? half : most;
  }
}

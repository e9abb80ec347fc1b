package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import java.time.Duration;

/** Turns the time that Lambda leaves an invocation into a session's deadline. */
public final class InvocationDeadline {

  private static final long MARGIN_MILLIS = 500;

  private InvocationDeadline() {}

  /**
   * The deadline of an invocation, early enough to roll back and to answer before Lambda kills the
   * process: what remains less 500 ms, or less a tenth of it where that is shorter.
   */
  public static Deadline of(Context context) {
    long remaining = context.getRemainingTimeInMillis();
    return Deadline.after(Duration.ofMillis(remaining - Math.min(MARGIN_MILLIS, remaining / 10)));
  }
}

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
   * process: what remains less 500 ms, or half of it where that is shorter: a statement that must
   * be cancelled and a connection that must be closed take up to 450 ms.
   */
  public static Deadline of(Context context) {
    long remaining = context.getRemainingTimeInMillis();
    return Deadline.after(Duration.ofMillis(remaining - Math.min(MARGIN_MILLIS, remaining / 2)));
  }
}

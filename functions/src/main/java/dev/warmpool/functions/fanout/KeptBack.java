package dev.warmpool.functions.fanout;

import dev.warmpool.session.Deadline;
import java.time.Duration;

/** The time that is kept back of an invocation to send messages and to record results. */
final class KeptBack {

  /** One call to a queue with its attempts, and a few short sessions. */
  private static final Duration MOST = Duration.ofSeconds(6);

  private KeptBack() {}

  /** Returns the earlier deadline; it keeps back a quarter of the time if that is less. */
  static Deadline of(Deadline deadline) {
    Duration quarter = deadline.remaining().dividedBy(4);
    Duration kept = quarter.compareTo(MOST) < 0 ? quarter : MOST;
    return new Deadline(deadline.at().minus(kept), deadline.grace());
  }
}

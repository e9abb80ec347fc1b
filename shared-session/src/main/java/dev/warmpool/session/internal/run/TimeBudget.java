package dev.warmpool.session.internal.run;

import dev.warmpool.session.Deadline;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long the steps of a session's end may take. All that may come after a deadline adds up to
 * less than the deadline's grace, whichever way the session ends. Immutable.
 *
 * @param deadline the session's; null for none
 */
record TimeBudget(@Nullable Deadline deadline) {

  /** How long COMMIT may take in a session without a deadline. */
  private static final Duration UNBOUNDED_COMMIT = Duration.ofSeconds(30);

  /** The steps, in their order, with the most that each may take. */
  enum Step {
    /** After the deadline, the server's own time-out gets the chance to strike first. */
    SERVER_TIMEOUT(50),
    /** A COMMIT that is under way at the deadline may be answered. */
    COMMIT(70),
    /** A statement whose caller has cancelled may end by itself. */
    DRAIN(30),
    /** A statement or a COMMIT that was cancelled may be answered. */
    CANCEL(100),
    /** ROLLBACK and reset may be answered. */
    ROLLBACK(80),
    /** The connection may be closed. */
    CLOSE(80);

    private final int millis;

    Step(int millis) {
      this.millis = millis;
    }
  }

  /** The ways in which a session can end after its deadline, each with the steps it may take. */
  enum Way {
    /** The server's time-out struck, or the work failed by itself. */
    ANSWERED(EnumSet.of(Step.SERVER_TIMEOUT, Step.DRAIN, Step.ROLLBACK)),
    /** The statement had to be cancelled, which excludes its connection from further use. */
    CANCELLED(EnumSet.of(Step.SERVER_TIMEOUT, Step.DRAIN, Step.CANCEL, Step.CLOSE)),
    /** ROLLBACK was not answered in time. */
    ROLLED_BACK_LATE(EnumSet.of(Step.SERVER_TIMEOUT, Step.DRAIN, Step.ROLLBACK, Step.CLOSE)),
    /** The unit of work had ended, and COMMIT was on its way. */
    COMMITTING(EnumSet.of(Step.COMMIT, Step.CANCEL, Step.ROLLBACK, Step.CLOSE)),
    /** The unit of work had ended, with a statement that nothing waits for still running. */
    LEFT_RUNNING(EnumSet.of(Step.DRAIN, Step.CANCEL, Step.CLOSE));

    private final Set<Step> steps;

    Way(Set<Step> steps) {
      this.steps = steps;
    }
  }

  /** The most that a step may take; a shorter grace shortens all steps alike. */
  Duration of(Step step) {
    Duration most = Duration.ofMillis(step.millis);
    if (deadline == null || deadline.grace().equals(Deadline.MAX_GRACE)) {
      return most;
    }
    return deadline.grace().multipliedBy(step.millis).dividedBy(Deadline.MAX_GRACE.toMillis());
  }

  /** The most that a session may take after its deadline if it ends this way. */
  Duration of(Way way) {
    return way.steps.stream().map(this::of).reduce(Duration.ZERO, Duration::plus);
  }

  /** How long statements that still run when the work completes may take before the commit. */
  Duration settling() {
    return deadline == null ? UNBOUNDED_COMMIT : deadline.remaining();
  }

  /** How long COMMIT may take before it is cancelled. */
  Duration commit() {
    return deadline == null ? UNBOUNDED_COMMIT : deadline.remaining().plus(of(Step.COMMIT));
  }
}

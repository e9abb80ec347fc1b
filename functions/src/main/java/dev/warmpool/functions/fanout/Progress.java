package dev.warmpool.functions.fanout;

import java.util.Optional;

/**
 * The progress of work in one tenant. Immutable.
 *
 * @param deleted rows deleted, or another count of what was done
 * @param batches transactions committed
 * @param state whether and how the work has ended
 * @param failure why the work failed; present in the state {@code FAILED} only
 */
public record Progress(long deleted, int batches, State state, Optional<Failure> failure) {

  /** No batch yet. */
  public static final Progress NONE = new Progress(0, 0, State.RUNNING, Optional.empty());

  /** Whether and how work has ended in one tenant. */
  public enum State {
    /** Work may be left. */
    RUNNING,
    /** No work is left. */
    DONE,
    /** Another run holds the tenant, or another transaction rows that were to be deleted. */
    BUSY,
    /** A batch failed; the batches before it are committed. */
    FAILED
  }

  /** Returns the progress after one more committed batch. */
  public Progress plusBatch(long rows, State after) {
    return new Progress(deleted + rows, batches + 1, after, Optional.empty());
  }

  /** Returns the progress if no work is left, or if another run holds the tenant. */
  public Progress in(State other) {
    return new Progress(deleted, batches, other, Optional.empty());
  }

  /** Returns the progress if the next batch has failed. */
  public Progress failed(Throwable error) {
    return new Progress(deleted, batches, State.FAILED, Optional.of(Failure.of(error)));
  }

  /** Returns whether no further batch is to begin. */
  public boolean hasEnded() {
    return state != State.RUNNING;
  }
}

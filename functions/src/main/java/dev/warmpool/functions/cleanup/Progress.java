package dev.warmpool.functions.cleanup;

/**
 * The progress of a job in one schema. Immutable.
 *
 * @param deleted rows deleted
 * @param batches transactions committed
 * @param state whether and how the job has ended
 */
record Progress(long deleted, int batches, State state) {

  /** Whether and how a job has ended in one schema. */
  enum State {
    /** Rows may be left to delete. */
    RUNNING,
    /** No rows are left to delete. */
    DONE,
    /** Another run of the job holds the schema. */
    BUSY,
    /** A batch failed; the batches before it are committed. */
    FAILED
  }

  static final Progress NONE = new Progress(0, 0, State.RUNNING);

  /** Returns the progress after one more committed batch. */
  Progress plusBatch(long rows, boolean last) {
    return new Progress(deleted + rows, batches + 1, last ? State.DONE : State.RUNNING);
  }

  /** Returns the progress in another state. */
  Progress in(State other) {
    return new Progress(deleted, batches, other);
  }

  boolean hasEnded() {
    return state != State.RUNNING;
  }
}

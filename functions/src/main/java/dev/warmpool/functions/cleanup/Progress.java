package dev.warmpool.functions.cleanup;

/**
 * The progress of a job in one schema. Immutable.
 *
 * @param deleted rows deleted
 * @param batches transactions committed
 * @param complete whether no rows are left to delete
 */
record Progress(long deleted, int batches, boolean complete) {

  /** Returns the progress after one more committed batch. */
  Progress plusBatch(long rows, boolean last) {
    return new Progress(deleted + rows, batches + 1, last);
  }
}

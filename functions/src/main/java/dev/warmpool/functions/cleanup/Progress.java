package dev.warmpool.functions.cleanup;

/**
 * What a job has done so far.
 *
 * @param deleted rows
 * @param batches transactions committed
 * @param complete whether nothing is left to do
 */
record Progress(long deleted, int batches, boolean complete) {

  Progress plus(long more, boolean last) {
    return new Progress(deleted + more, batches + 1, last);
  }
}

package dev.warmpool.benchmarks.coldstart;

/**
 * One start, in milliseconds.
 *
 * @param init from the process's start until it asked for an event; until the checkpoint, where it
 *     has one
 * @param first from the event, or from the restore, to the answer
 * @param residentKilobytes of the process then
 */
record StartTimes(double init, double first, long residentKilobytes) {

  double total() {
    return init + first;
  }

  double residentMegabytes() {
    return residentKilobytes / 1_024.0;
  }
}

package dev.warmpool.benchmarks.coldstart;

/**
 * The times of one start, in milliseconds. Immutable.
 *
 * @param init time from the process's start to its request for an event, or to its checkpoint
 * @param first time from the event, or from the restore, to the response
 * @param residentKilobytes resident memory of the process after the response
 */
record StartTimes(double init, double first, long residentKilobytes) {

  double total() {
    return init + first;
  }

  double residentMegabytes() {
    return residentKilobytes / 1_024.0;
  }
}

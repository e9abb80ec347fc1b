package dev.warmpool.local.runtime;

import java.util.Locale;

/**
 * What an invocation took. Immutable.
 *
 * @param millis from the event's delivery to the request for the next one
 * @param initMillis of the init phase; 0 where the environment was there before
 * @param memoryMegabytes what it may use
 * @param memory what it has used, as a part of the line
 */
record Report(double millis, double initMillis, int memoryMegabytes, String memory) {

  /** Lambda's line. */
  String line(String requestId) {
    String init =
        initMillis > 0 ? String.format(Locale.ROOT, " Init Duration: %.2f ms", initMillis) : "";
    return String.format(
            Locale.ROOT,
            "REPORT RequestId: %s Duration: %.2f ms Billed Duration: %.0f ms Memory Size: %d MB",
            requestId,
            millis,
            Math.ceil(millis + initMillis),
            memoryMegabytes)
        + memory
        + init;
  }
}

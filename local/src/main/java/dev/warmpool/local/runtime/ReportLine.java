package dev.warmpool.local.runtime;

import java.util.Locale;

/**
 * The figures of Lambda's REPORT line. Immutable.
 *
 * @param millis time from the event's delivery to the request for the next event
 * @param initMillis duration of the init phase; 0 if the environment existed before
 * @param restoreMillis duration of the restore; 0 without one
 * @param memoryMegabytes the function's memory size
 * @param memory the line's part about used memory, see {@link PeakMemory}
 */
record ReportLine(
    double millis, double initMillis, double restoreMillis, int memoryMegabytes, String memory) {

  /** The line as Lambda writes it. */
  String line(String requestId) {
    return format("REPORT RequestId: %s Duration: %.2f ms", requestId, millis)
        + format(" Billed Duration: %.0f ms", Math.ceil(millis + initMillis + restoreMillis))
        + format(" Memory Size: %d MB", memoryMegabytes)
        + memory
        + (initMillis > 0 ? format(" Init Duration: %.2f ms", initMillis) : "")
        + (restoreMillis > 0 ? format(" Restore Duration: %.2f ms", restoreMillis) : "");
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}

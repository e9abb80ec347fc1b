package dev.warmpool.local.runtime;

import java.util.Locale;

/**
 * What an invocation took. Immutable.
 *
 * @param millis from the event's delivery to the request for the next one
 * @param initMillis of the init phase; 0 where the environment was there before
 * @param restoreMillis of the restore; 0 where there was none
 * @param memoryMegabytes what it may use
 * @param memory what it has used, as a part of the line
 */
record ReportLine(
    double millis, double initMillis, double restoreMillis, int memoryMegabytes, String memory) {

  /** Lambda's line. */
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

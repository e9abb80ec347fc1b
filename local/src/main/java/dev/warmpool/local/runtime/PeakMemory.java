package dev.warmpool.local.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process's peak resident memory, read from {@code /proc} on Linux. */
final class PeakMemory {

  private static final int KILOBYTES = 1_024;

  private PeakMemory() {}

  /** The REPORT line's part about memory; empty if it is unknown. */
  static String used(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Integer.parseInt(line.replaceAll("\\D", "")) / KILOBYTES)
          .map(" Max Memory Used: %d MB"::formatted)
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return ""; // the process has ended, or this is not Linux
    }
  }
}

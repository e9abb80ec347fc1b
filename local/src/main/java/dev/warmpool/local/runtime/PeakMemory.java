package dev.warmpool.local.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has used at most, from the proc file system where there is one. */
final class PeakMemory {

  private static final int KILOBYTES = 1_024;

  private PeakMemory() {}

  /** As a part of the REPORT line; empty where it is not known. */
  static String used(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Integer.parseInt(line.replaceAll("\\D", "")) / KILOBYTES)
          .map(" Max Memory Used: %d MB"::formatted)
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return ""; // it has ended, or this is not Linux
    }
  }
}

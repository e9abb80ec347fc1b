package dev.warmpool.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measured times by round-trip time, workload and contender. Confined to one run. */
final class Results {

  private final Map<Duration, Map<Workload, Map<String, Samples>>> samples = new LinkedHashMap<>();
  private final Map<String, Double> concurrent = new LinkedHashMap<>();
  private final Map<String, Double> allocated = new LinkedHashMap<>();

  Samples samples(Duration roundTrip, Workload measured, String contender) {
    return samples
        .computeIfAbsent(roundTrip, distance -> new LinkedHashMap<>())
        .computeIfAbsent(measured, any -> new LinkedHashMap<>())
        .computeIfAbsent(contender, any -> new Samples());
  }

  Map<Duration, Map<Workload, Map<String, Samples>>> all() {
    return samples;
  }

  /** Sessions per second of 32 callers on a pool of 4, by contender. */
  Map<String, Double> concurrent() {
    return concurrent;
  }

  /** Bytes that all threads allocate for a session with one write, by contender. */
  Map<String, Double> allocated() {
    return allocated;
  }
}

package dev.warmpool.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was measured, by distance, case and contender. Confined to one run. */
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

  /** Sessions per second, 32 callers on a pool of 4. */
  Map<String, Double> concurrent() {
    return concurrent;
  }

  /** Bytes per one-write session, all threads. */
  Map<String, Double> allocated() {
    return allocated;
  }
}

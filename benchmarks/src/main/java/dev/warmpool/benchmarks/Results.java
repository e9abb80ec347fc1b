package dev.warmpool.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured, by table, measure and contender. The process that measures writes it to a file
 * for the one that reports. Confined to one thread.
 */
final class Results {

  /** The table of callers that share one manager or pool. */
  static final String CALLERS = "callers";

  static final String PER_SECOND = "sessions per second";

  static final String PROCESSOR_MICROS = "processor time of a session";

  /** The table of bytes that all threads allocate for a session with one write. */
  static final String ALLOCATED = "allocated";

  private static final String SEPARATOR = "\t";

  private final Map<String, Map<String, Map<String, Samples>>> tables = new LinkedHashMap<>();

  Samples samples(String table, String measure, String contender) {
    return tables
        .computeIfAbsent(table, any -> new LinkedHashMap<>())
        .computeIfAbsent(measure, any -> new LinkedHashMap<>())
        .computeIfAbsent(contender, any -> new Samples());
  }

  Samples samples(Place place, Workload workload, String contender) {
    return samples(place.name(), workload.name(), contender);
  }

  /** The samples of a table, by measure and contender; empty if it was not measured. */
  Map<String, Map<String, Samples>> of(String table) {
    return tables.getOrDefault(table, Map.of());
  }

  /** The samples of each contender; empty if this was not measured. */
  Map<String, Samples> of(String table, String measure) {
    return of(table).getOrDefault(measure, Map.of());
  }

  Map<String, Samples> of(Place place, Workload workload) {
    return of(place.name(), workload.name());
  }

  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    tables.forEach(
        (table, measures) ->
            measures.forEach(
                (measure, contenders) ->
                    contenders.forEach(
                        (name, samples) ->
                            lines.add(
                                String.join(
                                    SEPARATOR, table, measure, name, samples.toString())))));
    Files.write(file, lines);
  }

  /** Adds what a file holds. */
  void read(Path file) throws IOException {
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split(SEPARATOR);
      Samples samples = samples(parts[0], parts[1], parts[2]);
      for (String value : parts[3].split(" ")) {
        samples.add(Double.parseDouble(value));
      }
    }
  }
}

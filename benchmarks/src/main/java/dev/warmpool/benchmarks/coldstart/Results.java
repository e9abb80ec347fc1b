package dev.warmpool.benchmarks.coldstart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measured starts on one Java version. Confined to one run. */
final class Results {

  private final JavaInstallation java;
  private final Map<String, Contender> contenders = new LinkedHashMap<>();
  private final Map<Measurement, Map<String, List<StartTimes>>> starts = new LinkedHashMap<>();

  Results(JavaInstallation java) {
    this.java = java;
  }

  void add(Measurement measurement, Contender contender, StartTimes start) {
    contenders.put(contender.name(), contender);
    starts
        .computeIfAbsent(measurement, any -> new LinkedHashMap<>())
        .computeIfAbsent(contender.name(), any -> new ArrayList<>())
        .add(start);
  }

  JavaInstallation java() {
    return java;
  }

  List<Contender> contenders() {
    return List.copyOf(contenders.values());
  }

  /** The number of starts behind each figure. */
  int count(Measurement measurement, String contender) {
    return starts.get(measurement).get(contender).size();
  }

  double median(Measurement measurement, String contender, ToDoubleFunction<StartTimes> figure) {
    double[] sorted = sorted(measurement, contender, figure);
    return sorted[sorted.length / 2];
  }

  double least(Measurement measurement, String contender, ToDoubleFunction<StartTimes> figure) {
    return sorted(measurement, contender, figure)[0];
  }

  private double[] sorted(
      Measurement measurement, String contender, ToDoubleFunction<StartTimes> figure) {
    return starts.get(measurement).get(contender).stream().mapToDouble(figure).sorted().toArray();
  }

  /** The median total as a multiple of the empty handler's. */
  double ratio(String contender) {
    return median(Measurement.COLD, contender, StartTimes::total)
        / median(Measurement.COLD, Contenders.EMPTY, StartTimes::total);
  }
}

package dev.warmpool.local.template;

import java.util.ArrayList;
import java.util.List;

/** Reads the schedules of a template's functions. Confined to one reading. */
final class ScheduleReader {

  /** EventBridge Scheduler; the other type makes a rule of EventBridge. */
  private static final String SCHEDULER = "ScheduleV2";

  private final Intrinsics intrinsics;
  private final List<ScheduleDefinition> schedules = new ArrayList<>();

  ScheduleReader(Intrinsics intrinsics) {
    this.intrinsics = intrinsics;
  }

  List<ScheduleDefinition> schedules() {
    return schedules;
  }

  /** Reads an event of type {@code Schedule} or {@code ScheduleV2}. */
  void schedule(String function, String name, String type, YamlNode properties) {
    boolean scheduler = type.equals(SCHEDULER);
    YamlNode input = intrinsics.chosen(properties.get("Input"));
    YamlNode zone = intrinsics.chosen(properties.get("ScheduleExpressionTimezone"));
    schedules.add(
        new ScheduleDefinition(
            name,
            function,
            intrinsics.text(properties.get(scheduler ? "ScheduleExpression" : "Schedule")),
            zone.isAbsent() ? "UTC" : intrinsics.text(zone),
            input.isAbsent() ? null : intrinsics.text(input),
            isEnabled(properties),
            scheduler));
  }

  /** Events of type {@code Schedule} also have the older {@code Enabled}. */
  private boolean isEnabled(YamlNode properties) {
    return !intrinsics.text(properties.get("State")).equals("DISABLED")
        && !intrinsics.text(properties.get("Enabled")).equals("false");
  }
}

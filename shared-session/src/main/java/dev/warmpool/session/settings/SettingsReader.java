package dev.warmpool.session.settings;

import dev.warmpool.session.SessionException;
import dev.warmpool.session.SettingsException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads typed values from a map of settings and collects every fault. Confined to one thread. */
final class SettingsReader {

  private final Map<String, String> environment;
  private final List<String> faults = new ArrayList<>();
  private final Set<String> faulty = new HashSet<>();

  SettingsReader(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The value; null if the setting is absent or blank, which mean the same. */
  @Nullable String text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  String required(String name, String meaning) {
    String value = text(name);
    if (value == null) {
      fault(name + " is missing: set it to " + meaning);
      return "";
    }
    return value;
  }

  int integer(String name, int absent, int min, int max) {
    String value = text(name);
    if (value == null) {
      return absent;
    }
    try {
      int number = Integer.parseInt(value.strip());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below, with the range
    }
    fault(name, value, "must be a whole number from " + min + " to " + max);
    return absent;
  }

  boolean flag(String name, boolean absent) {
    return choice(name, absent, Map.of("true", true, "false", false));
  }

  <T> T choice(String name, T absent, Map<String, T> choices) {
    String value = text(name);
    if (value == null) {
      return absent;
    }
    T choice = choices.get(value.strip().toLowerCase(Locale.ROOT));
    if (choice == null) {
      String known = choices.keySet().stream().sorted().collect(Collectors.joining(", "));
      fault(name, value, "must be one of " + known);
      return absent;
    }
    return choice;
  }

  Duration duration(String name, Duration absent, Duration min, Duration max) {
    String value = text(name);
    if (value == null) {
      return absent;
    }
    Duration duration = parse(value.strip());
    if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      fault(name, value, "must be seconds or ISO-8601, from " + min + " to " + max);
      return absent;
    }
    return duration;
  }

  private static @Nullable Duration parse(String value) {
    try {
      boolean seconds = !value.isEmpty() && Character.isDigit(value.charAt(0));
      return Duration.parse(seconds ? "PT" + value + "S" : value);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  <T> @Nullable T checked(String name, Function<String, T> check) {
    String value = text(name);
    try {
      return value == null ? null : check.apply(value);
    } catch (IllegalArgumentException | SessionException e) {
      fault(name, value, String.valueOf(e.getMessage()));
      return null;
    }
  }

  void fault(String name, @Nullable String value, String rule) {
    faulty.add(name);
    fault(name + " is '" + value + "': " + rule);
  }

  /** Whether the setting's value was refused, so that its default is not what was asked for. */
  boolean isFaulty(String name) {
    return faulty.contains(name);
  }

  void fault(String fault) {
    faults.add(fault);
  }

  /**
   * Reports every unknown name with one of the prefixes, and suggests the nearest known one.
   *
   * @param others names that belong to other readers
   */
  void refuseUnknown(Set<String> known, Set<String> others, String... prefixes) {
    environment.keySet().stream()
        .filter(name -> Stream.of(prefixes).anyMatch(name::startsWith))
        .filter(name -> !known.contains(name) && !others.contains(name))
        .sorted()
        .forEach(
            name -> fault(name + " is no setting: did you mean " + nearest(name, known) + "?"));
  }

  private static String nearest(String name, Set<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String other) -> distance(name, other)).thenComparing(o -> o))
        .orElseThrow();
  }

  /** The Levenshtein distance. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substitution = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  void throwFaults() {
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
  }
}

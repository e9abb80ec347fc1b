package dev.warmpool.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the runner's settings from variables and collects all faults. Confined to one thread. */
final class SettingReader {

  private static final String PREFIX = "LOCAL_";

  private final Map<String, String> environment;
  private final Set<String> known = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();

  SettingReader(Map<String, String> environment) {
    this.environment = environment;
  }

  private String text(String name) {
    known.add(name);
    return environment.getOrDefault(name, "").strip();
  }

  int number(String name, int absent, int min, int max) {
    String text = text(name);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below together with the allowed range
    }
    faults.add("%s is '%s': must be a whole number from %d to %d".formatted(name, text, min, max));
    return absent;
  }

  Duration seconds(String name, int absent, int max) {
    return Duration.ofSeconds(number(name, absent, 1, max));
  }

  /** An absolute path, resolved against the working directory; empty if the variable is not set. */
  Optional<Path> path(String name) {
    String text = text(name);
    try {
      return Optional.of(text)
          .filter(given -> !given.isEmpty())
          .map(given -> Path.of(given).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      faults.add("%s is '%s': must be a path".formatted(name, text));
      return Optional.empty();
    }
  }

  boolean flag(String name, boolean absent) {
    return choice(name, absent, Map.of("true", true, "false", false));
  }

  <T> T choice(String name, T absent, Map<String, T> choices) {
    String text = text(name);
    T choice = text.isEmpty() ? absent : choices.get(text);
    if (choice == null) {
      faults.add(
          "%s is '%s': must be one of %s"
              .formatted(name, text, String.join(", ", new TreeSet<>(choices.keySet()))));
      return absent;
    }
    return choice;
  }

  /** Reports every {@code LOCAL_} variable that no method of this reader has read. */
  void rejectUnknown() {
    environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
        .sorted()
        .forEach(
            name -> faults.add(name + " is no setting; settings are " + String.join(", ", known)));
  }

  void fault(String fault) {
    faults.add(fault);
  }

  /**
   * Ends the reading.
   *
   * @throws StartupException if there were faults; the message lists all of them
   */
  void throwFaults() {
    if (!faults.isEmpty()) {
      throw new StartupException(String.join("; ", faults));
    }
  }
}

package dev.warmpool.functions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names in the sources of the functions. Stateless. */
final class Sources {

  private static final Path ROOT = Path.of("src/main/java/dev/warmpool/functions");

  private static final Pattern SETTING = Pattern.compile("\"((?:[A-Z]+)(?:_[A-Z]+)+)\"");
  private static final Pattern PREFIX = Pattern.compile("SETTINGS = \"([A-Z]+)\"");
  private static final Pattern END = Pattern.compile("\"(_[A-Z_]+)\"");
  private static final Pattern JOB =
      Pattern.compile("String title\\(\\) \\{\\s+return \"([\\w-]+)\";");

  private Sources() {}

  /** Returns the settings that the functions read, those with a prefix included. */
  static Set<String> settings() {
    Set<String> settings = matches(SETTING, text());
    for (String prefix : matches(PREFIX, text())) {
      matches(END, text()).forEach(end -> settings.add(prefix + end));
    }
    return settings;
  }

  /** Returns the titles of the jobs. */
  static Set<String> jobs() {
    return matches(JOB, text());
  }

  private static Set<String> matches(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
    return found;
  }

  private static String text() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.warmpool.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of {@code commands.txt}.
 *
 * @param pattern the commands that it is about
 * @param test the test that runs or checks them, as {@code Class#method}
 * @param reason why they cannot run here; empty if the test runs them
 */
record CommandRow(Pattern pattern, String test, String reason) {

  private static final Path FILE = Path.of("src/test/resources/commands.txt");

  private static final List<CommandRow> ALL = read();

  private static List<CommandRow> read() {
    try {
      return Files.readAllLines(FILE).stream()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", 3))
          .map(cells -> new CommandRow(Pattern.compile(cells[0]), cells[1], reason(cells)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(String[] cells) {
    return cells.length < 3 ? "" : cells[2];
  }

  static List<CommandRow> all() {
    return ALL;
  }

  boolean matches(String command) {
    return pattern.matcher(command).matches();
  }

  boolean isRun() {
    return reason.isEmpty();
  }
}

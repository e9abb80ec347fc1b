package dev.warmpool.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a README shows, for tests that do what it says. Immutable. */
record Readme(String text) {

  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  static Readme of(Path file) {
    try {
      return new Readme(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of the shell's blocks that begin with this, in order. */
  List<String> commands(String start) {
    return blocks("sh").stream()
        .flatMap(block -> Arrays.stream(block.split("\n")))
        .filter(line -> line.startsWith(start))
        .toList();
  }

  /** The blocks in this language. */
  List<String> blocks(String language) {
    return found(BLOCK, match -> match).stream()
        .filter(match -> match.group(1).equals(language))
        .map(match -> match.group(2))
        .toList();
  }

  /** What the text has of this, in order. */
  <T> List<T> found(Pattern pattern, Function<MatchResult, T> each) {
    return pattern.matcher(text).results().map(each).toList();
  }
}

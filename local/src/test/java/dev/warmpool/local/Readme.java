package dev.warmpool.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a README shows, for tests that do what it says. Immutable. */
record Readme(String text) {

  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);

  private static final Pattern INLINE =
      Pattern.compile("`((?:mvn|java -jar|curl|sam|aws|docker|psql) [^`]+)`");

  static Readme of(Path file) {
    try {
      return new Readme(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All commands: those of the shell's blocks and those in the text, in this order. */
  List<String> commands() {
    return Stream.concat(
            blocks("sh").stream().flatMap(block -> commandsOf(block).stream()),
            found(INLINE, match -> match.group(1)).stream())
        .toList();
  }

  /** The commands of a block, without comments and each in one line. */
  static List<String> commandsOf(String block) {
    return block
        .replaceAll("\\\\\n\\s*", "")
        .lines()
        .map(line -> line.replaceFirst(" +# .*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** The commands of the shell's blocks that begin with this, in order. */
  List<String> commands(String start) {
    return blocks("sh").stream()
        .flatMap(block -> commandsOf(block).stream())
        .filter(line -> line.startsWith(start))
        .toList();
  }

  /** The blocks in this language; without one where it is empty. */
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

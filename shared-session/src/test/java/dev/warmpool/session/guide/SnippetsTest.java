package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Java of the guides is code that tests run: it is a part of a test's method, of a method that
 * its class calls, or a class that another one names.
 */
class SnippetsTest {

  private static final Path TESTS = Path.of("src/test/java/dev/warmpool/session");

  private static final List<Path> ELSEWHERE =
      List.of(
          TESTS.resolve("SessionsPageIT.java"),
          TESTS.resolve("SlowStatements.java"),
          Path.of("../examples/own-function/src/test/java/com/example/orders"));

  /** Blank lines divide a class into its members. */
  private static final Pattern MEMBER = Pattern.compile("\n\n(?=  \\S)");

  private static final Pattern NAME = Pattern.compile("(\\w+)\\s*\\(");
  private static final Pattern TYPE = Pattern.compile("(?:class|record) (\\w+)");

  /** A piece of source as snippets are compared with it, and whether a test runs it. */
  private record Piece(String text, boolean isRun) {

    boolean runs(String snippet) {
      return isRun && text.contains(snippet);
    }
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path source :
        Stream.concat(ELSEWHERE.stream(), Stream.of(TESTS.resolve("guide"))).toList()) {
      try (Stream<Path> found = Files.walk(source)) {
        found.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return files;
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static int count(String text, String word) {
    return Pattern.compile("\\b" + word + "\\b").split(text, -1).length - 1;
  }

  private static List<Piece> pieces() throws IOException {
    List<Path> files = files();
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      all.append(Files.readString(file));
    }
    List<Piece> pieces = new ArrayList<>();
    for (Path file : files) {
      String source = Files.readString(file);
      String type = file.getFileName().toString().replace(".java", "");
      pieces.add(new Piece(plain(source), count(all.toString(), type) > count(source, type)));
      for (String member : MEMBER.split(source)) {
        pieces.add(new Piece(plain(member), isRun(member, source)));
      }
    }
    return pieces;
  }

  private static boolean isRun(String member, String source) {
    Matcher name = (member.contains("record ") ? TYPE : NAME).matcher(member);
    return member.contains("@Test")
        || member.contains(" static final ")
        || name.find() && count(source, name.group(1)) > 1;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions.md", "from-hikaricp.md", "from-sqlalchemy.md"})
  void areCodeThatTestsRun(String page) throws IOException {
    List<Piece> pieces = pieces();
    List<String> snippets = Snippets.of(Path.of("..", "docs", page), "java");

    assertThat(snippets).hasSizeGreaterThan(3);
    assertThat(snippets)
        .allSatisfy(
            snippet ->
                assertThat(pieces.stream().anyMatch(piece -> piece.runs(bare(snippet))))
                    .as(snippet)
                    .isTrue());
  }

  /** Imports are those of the file, which may have more. */
  private static String bare(String snippet) {
    return plain(snippet.replaceAll("(?m)^import .*$", ""));
  }

  @Test
  void importTypesThatExist() throws IOException {
    Pattern line = Pattern.compile("(?m)^import ([\\w.]+);");
    for (String snippet : Snippets.of(Path.of("../docs/sessions.md"), "java")) {
      for (MatchResult found : line.matcher(snippet).results().toList()) {
        assertThatCode(() -> Class.forName(found.group(1))).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void comparesWithTheManagerOfTheBenchmarks() throws IOException {
    String program =
        Files.readString(Path.of("../benchmarks/src/main/python/sqlalchemy_sessions.py"));

    assertThat(Snippets.of(Path.of("../docs/from-sqlalchemy.md"), "python"))
        .hasSize(1)
        .allSatisfy(snippet -> assertThat(program).contains(snippet));
  }
}

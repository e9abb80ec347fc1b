package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreloadIT {

  /** A library's class: our own come and go, and are few; some are made as the program runs. */
  private static final Pattern LOADED =
      Pattern.compile("\\] (?!dev\\.warmpool\\.)([\\w.$]+) source: file:.*");

  /** One that is linked, not only looked at when another is. */
  private static final Pattern LINKED = Pattern.compile("Start class verification for: ([\\w.$]+)");

  /** Versions of Java differ by a few. */
  private static final double SHARE = 0.95;

  @TempDir private Path folder;

  @Test
  void namesWhatAFirstSessionTakesAndNoMore() throws Exception {
    List<String> taken = taken();

    List<String> named = Preload.names();
    List<String> both = new ArrayList<>(named);
    both.retainAll(taken);
    boolean isTrue = both.size() >= SHARE * Math.max(taken.size(), named.size());
    if (!isTrue) {
      Files.write(Path.of("target", "preload.txt"), taken);
    }
    assertThat(isTrue)
        .as("put target/preload.txt, which this run made, in the place of the list")
        .isTrue();
  }

  @Test
  void namesNothingThatIsNotThere() {
    ClassLoader loader = Preload.class.getClassLoader();

    assertThat(Preload.names()).allMatch(name -> Preload.isLinked(name, loader));
  }

  private List<String> taken() throws IOException, InterruptedException {
    Path log = folder.resolve("classes.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xlog:class+load,class+init:file=" + log,
            "-cp",
            System.getProperty("java.class.path"),
            FirstSession.class.getName());
    builder.environment().putAll(PostgresServer.shared().environment());
    builder.environment().put("POSTGRES_SCHEMA", "public");
    builder.environment().put("POOL_TIMEOUT", "60");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    List<String> linked = matches(LINKED, log);
    linked.retainAll(Set.copyOf(matches(LOADED, log)));
    return linked;
  }

  private static List<String> matches(Pattern pattern, Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(line -> line.group(1))
        .collect(Collectors.toCollection(ArrayList::new));
  }
}

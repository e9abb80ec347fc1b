package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The steps of the Dockerfile, as far as they can be read; {@code .ci/image} runs them. */
class ImageTest {

  private static final Path PROJECT = Path.of("..");

  private static List<String> steps() throws IOException {
    String text = Files.readString(PROJECT.resolve("Dockerfile"));
    return text.replace("\\\n", "").lines().filter(line -> !line.matches("#.*|\\s*")).toList();
  }

  /** Its PostgreSQL refuses to run as root, and looks the user up by its number. */
  @Test
  void trainsItsCacheAsAUserThatPostgresAccepts() throws IOException {
    List<String> steps = steps();
    int training = steps.indexOf("RUN ./train-aot-cache /function");
    assertThat(training).isPositive();
    List<String> before = steps.subList(0, training);
    String user =
        before.stream()
            .filter(step -> step.startsWith("USER "))
            .reduce((first, second) -> second)
            .map(step -> step.substring("USER ".length()))
            .orElse("0");

    assertThat(user).matches("[1-9]\\d*");
    assertThat(before)
        .anyMatch(step -> step.matches("RUN echo '\\w+:x:" + user + ":.*' >> /etc/passwd .*"))
        .anyMatch(step -> step.contains("chown -R " + user + ":"));
  }

  @Test
  void copiesFilesThatExist() throws IOException {
    List<String> sources =
        steps().stream()
            .filter(step -> step.startsWith("COPY ") && !step.contains("--from="))
            .flatMap(step -> Stream.of(step.split(" ")).skip(1))
            .filter(source -> !source.endsWith("/") && !source.contains("target/"))
            .toList();

    assertThat(sources).isNotEmpty().allMatch(source -> Files.exists(PROJECT.resolve(source)));
  }
}

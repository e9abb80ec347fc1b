package dev.warmpool.local;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The runner with the project's own functions, on free ports, against a test's server. */
final class ProjectStack implements AutoCloseable {

  /** {@code LOCAL_MAX_ENVIRONMENTS}. */
  static final int LIMIT = 3;

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final String ARCHIVE = "functions/target/functions.zip";

  private final Path folder;
  private final RunningStack stack;
  private final Http http;

  private ProjectStack(Path folder, Map<String, String> variables) {
    this.folder = folder;
    this.stack =
        RunningStack.start(LocalSettings.from(ProbeStack.onFreePorts(LIMIT, variables), folder));
    this.http = new Http(stack.httpAddress());
  }

  /**
   * Starts the runner with a changed copy of the project's template.
   *
   * @param variables variables of the runner, added to the server's
   * @param change edits the template's text
   */
  static ProjectStack start(
      PostgresServer server, Map<String, String> variables, UnaryOperator<String> change) {
    try {
      Path folder = Files.createTempDirectory("project");
      String template = Files.readString(PROJECT.resolve("template.yaml"));
      Files.writeString(
          folder.resolve("template.yaml"),
          change.apply(template.replace(ARCHIVE, PROJECT.resolve(ARCHIVE).toString())));
      Map<String, String> all = new HashMap<>(server.environment());
      all.putAll(variables);
      return new ProjectStack(folder, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Http http() {
    return http;
  }

  RunningStack stack() {
    return stack;
  }

  /** The process ids of the HTTP function. */
  List<Long> processes() {
    return stack.functions().get("HttpFunction").processes();
  }

  /** Starts the maximum number of environments, so that no later request waits for one. */
  void warmUp() {
    Awaitility.await().until(() -> allAnswer() && processes().size() == LIMIT);
  }

  private boolean allAnswer() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        Stream.generate(() -> http.sendAsync("GET", "/health", "")).limit(LIMIT).toList();
    return answers.stream().allMatch(answer -> answer.join().statusCode() == 200);
  }

  @Override
  public void close() {
    stack.close();
    try {
      Files.delete(folder.resolve("template.yaml"));
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

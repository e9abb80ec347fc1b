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

/** The runner with the project's own functions, on free ports, against a server of the test's. */
final class ProjectStack implements AutoCloseable {

  /** Environments of one function at most. */
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
   * With a copy of the template that is changed first.
   *
   * @param variables of the runner, beside the server's
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

  /** The HTTP function's processes. */
  List<Long> processes() {
    return stack.functions().get("HttpFunction").processes();
  }

  /** Starts as many environments as there may be, so that no later request pays for it. */
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

package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The runner with test functions that use sessions, added to the project's archive. */
final class SessionStack implements AutoCloseable {

  /** Factor of repetition counts: 1 in a normal build, 10 with {@code -Psoak}. */
  static final int COUNTS = Integer.getInteger("counts", 1);

  /** Creates a view in place of the table of users, on which every query takes a minute. */
  static final String SLOW_USERS =
      "CREATE TABLE app.users_stored (id bigint, email text, name text, created_at timestamptz,"
          + " updated_at timestamptz, deleted_at timestamptz, version int);"
          + "CREATE VIEW app.users AS SELECT stored.* FROM pg_sleep(60), app.users_stored stored";

  private static final Path CLASSES = Path.of("target/test-classes");
  private static final Path PROBES = Path.of("dev/warmpool/local/probe");
  private static final Path ARCHIVE = Path.of("../functions/target/functions.zip");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final PostgresServer server;
  private final Path folder;
  private final RunningStack stack;

  private SessionStack(PostgresServer server, Path folder, Map<String, String> variables) {
    this.server = server;
    this.folder = folder;
    this.stack = RunningStack.start(LocalSettings.from(variables, folder));
  }

  /**
   * Starts the runner against a server.
   *
   * @param environments {@code LOCAL_MAX_ENVIRONMENTS}
   * @param changes variables of the runner that override the defaults
   */
  static SessionStack on(PostgresServer server, int environments, Map<String, String> changes) {
    Map<String, String> variables = new HashMap<>(server.environment());
    variables.put("POSTGRES_SCHEMA", "app");
    variables.put("POOL_TIMEOUT", "30"); // long enough on a busy machine
    variables.putAll(changes);
    for (String schema : new String[] {"app", "tenant_a", "tenant_b"}) {
      server.execute(
          "CREATE SCHEMA IF NOT EXISTS %1$s; DROP TABLE IF EXISTS %1$s.marker;".formatted(schema)
              + " CREATE TABLE %1$s.marker AS SELECT '%1$s'::text AS owner".formatted(schema));
    }
    try {
      return new SessionStack(server, project(), ProbeStack.onFreePorts(environments, variables));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path project() throws IOException {
    Path folder = Files.createTempDirectory("session");
    Files.copy(CLASSES.resolve("session/template.yaml"), folder.resolve("template.yaml"));
    Path archive = Files.copy(ARCHIVE, folder.resolve("session.zip"));
    try (FileSystem zip = FileSystems.newFileSystem(archive);
        Stream<Path> classes = Files.list(CLASSES.resolve(PROBES))) {
      Files.createDirectories(zip.getPath(PROBES.toString()));
      for (Path file : classes.toList()) {
        Files.copy(file, zip.getPath(PROBES.resolve(file.getFileName()).toString()));
      }
    }
    return folder;
  }

  FunctionRunner function(String name) {
    return stack.functions().get(name);
  }

  RunningStack stack() {
    return stack;
  }

  InvocationResult result(String function, String event) {
    try {
      return function(function).invoke(event.getBytes());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Invokes a function that must not fail and returns its response. */
  JsonNode invoke(String function, String event) {
    InvocationResult result = result(function, event);
    if (result.failed()) {
      throw new AssertionError(result.text());
    }
    try {
      return JSON.readTree(result.payload());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Invokes the function with all events at once. */
  List<JsonNode> invokeAll(String function, List<String> events) {
    List<CompletableFuture<JsonNode>> answers =
        events.stream()
            .map(
                event ->
                    CompletableFuture.supplyAsync(
                        () -> invoke(function, event), task -> new Thread(task).start()))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  /** Backend process ids of the functions' connections. */
  List<String> connections() {
    return server.column("SELECT pid FROM pg_stat_activity WHERE application_name = 'warmpool'");
  }

  @Override
  public void close() {
    stack.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.runtime.InvocationResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The runner with the functions of {@code Probe}, on free ports, without a database. */
final class ProbeStack implements AutoCloseable {

  /** {@code LOCAL_MAX_ENVIRONMENTS}. */
  static final int LIMIT = 3;

  private static final Path CLASSES = Path.of("target/test-classes");
  private static final Path TEMPLATE = CLASSES.resolve("probe/template.yaml");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

  private final Path folder;
  private final RunningStack stack;

  private ProbeStack(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.stack = RunningStack.start(LocalSettings.from(onFreePorts(LIMIT, environment), folder));
  }

  /** Adds free ports and a limit on environments to the given variables of the runner. */
  static Map<String, String> onFreePorts(int environments, Map<String, String> given) {
    Map<String, String> variables = new HashMap<>();
    variables.put("LOCAL_HTTP_PORT", "0");
    variables.put("LOCAL_INVOKE_PORT", "0");
    variables.put("LOCAL_MAX_ENVIRONMENTS", Integer.toString(environments));
    variables.putAll(given);
    return variables;
  }

  /** Starts the runner with these variables; with POSTGRES_HOST it starts no database. */
  static ProbeStack start(Map<String, String> environment) {
    try {
      return new ProbeStack(project(), environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ProbeStack start() {
    return start(Map.of("POSTGRES_HOST", "none", "LEVEL", "high", "OTHER", "not declared"));
  }

  /**
   * Starts the runner with a template that opens the API to no page of this machine, and has a
   * queue.
   */
  static ProbeStack withoutWildcard() {
    try {
      Path folder = project();
      Path template = folder.resolve("template.yaml");
      Files.writeString(
          template,
          Files.readString(template).replace(", \"http://*\"", "")
              + "  Queue: {Type: AWS::SQS::Queue}\n");
      return new ProbeStack(folder, Map.of("POSTGRES_HOST", "none"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the runner with another template of the probes. */
  static ProbeStack of(String template, Map<String, String> environment) {
    try {
      Path folder = project();
      Files.copy(
          CLASSES.resolve("probe").resolve(template),
          folder.resolve("template.yaml"),
          StandardCopyOption.REPLACE_EXISTING);
      Map<String, String> variables = new HashMap<>(environment);
      variables.put("POSTGRES_HOST", "none");
      return new ProbeStack(folder, variables);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a folder with the template, its archive and event files. */
  static Path project() throws IOException {
    Path folder = Files.createTempDirectory("probe");
    String soon = LocalDateTime.now(ZoneOffset.UTC).plusSeconds(2).format(SECONDS);
    Files.writeString(
        folder.resolve("template.yaml"), Files.readString(TEMPLATE).replace("SOON", soon));
    Path events = Files.createDirectory(folder.resolve("events"));
    Files.writeString(events.resolve("Echo-one.json"), "{\"one\":1}");
    Files.writeString(events.resolve("Fail-always.json"), "{\"message\":\"no luck\"}");
    Files.writeString(events.resolve("Unknown-one.json"), "{}");
    Files.writeString(events.resolve("Echo-broken.json"), "{\"one\":");
    Files.writeString(events.resolve("Answer-text.json"), "{\"body\":\"bm8gSlNPTg==\"}");
    try (OutputStream file = Files.newOutputStream(folder.resolve("probe.zip"));
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> classes = Files.walk(CLASSES.resolve("dev/warmpool/local/probe"))) {
      for (Path entry : classes.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(CLASSES.relativize(entry).toString()));
        Files.copy(entry, zip);
      }
    }
    return folder;
  }

  RunningStack stack() {
    return stack;
  }

  Http http() {
    return new Http(stack.httpAddress());
  }

  Http invokeApi() {
    return new Http(stack.invokeAddress());
  }

  InvocationResult result(String function, String event) {
    try {
      return stack.functions().get(function).invoke(event.getBytes());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Invokes a function and returns its response or error as JSON. */
  JsonNode invoke(String function, String event) {
    try {
      return JSON.readTree(result(function, event).payload());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs this many invocations at once. */
  List<JsonNode> invokeAll(int number, String function, String event) {
    List<CompletableFuture<JsonNode>> answers =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> invoke(function, event), task -> new Thread(task).start()))
            .limit(number)
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  List<Long> processes(String function) {
    return stack.functions().get(function).processes();
  }

  @Override
  public void close() {
    stack.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

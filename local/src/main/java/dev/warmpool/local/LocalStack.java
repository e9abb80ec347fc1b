package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.database.Database;
import dev.warmpool.local.gateway.HttpGateway;
import dev.warmpool.local.gateway.InvokeApi;
import dev.warmpool.local.gateway.LocalServer;
import dev.warmpool.local.gateway.Schedules;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.Template;
import dev.warmpool.local.template.TemplateReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Everything that {@code template.yaml} names, running on this machine: from {@link #start} to
 * {@link #close}. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {

  private static final String MIGRATE = "Migrate";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The credentials' variables: one of them is set by the database, the others must not be. */
  private static final List<String> CREDENTIALS =
      List.of("POSTGRES_PASSWORD", "POSTGRES_SECRET_ARN", "POSTGRES_IAM_AUTH");

  private final Template template;
  private final Parts parts;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** In the order in which they are made; the functions end before their database. */
  private record Parts(
      LocalServer http, LocalServer invoke, Database database, Functions functions) {}

  private LocalStack(Template template, Parts parts) {
    this.template = template;
    this.parts = parts;
  }

  /**
   * Starts everything and migrates the schemas.
   *
   * @throws StartupException where something cannot start; then nothing is left running
   */
  public static LocalStack start(LocalSettings settings) {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else 40 ms for each answer
    Template template = TemplateReader.read(settings.template());
    ExecutorService threads = Executors.newCachedThreadPool(LocalStack::daemon);
    LocalServer http = new LocalServer(settings.httpPort(), "LOCAL_HTTP_PORT", threads);
    LocalServer invoke = invokeServer(settings, threads, http);
    Database database = database(settings, http, invoke);
    try {
      List<FunctionDefinition> definitions =
          template.functions().stream().map(f -> with(f, database, settings)).toList();
      Functions functions =
          Functions.of(definitions, settings.maxEnvironments(), settings.freeze(), threads);
      LocalStack stack = new LocalStack(template, new Parts(http, invoke, database, functions));
      stack.open(threads);
      return stack;
    } catch (RuntimeException e) {
      database.close();
      http.close();
      invoke.close();
      throw e;
    }
  }

  private static LocalServer invokeServer(
      LocalSettings settings, ExecutorService threads, LocalServer http) {
    try {
      return new LocalServer(settings.invokePort(), "LOCAL_INVOKE_PORT", threads);
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  private static Database database(LocalSettings settings, LocalServer... opened) {
    try {
      return Database.of(settings.database());
    } catch (RuntimeException e) {
      for (LocalServer server : opened) {
        server.close();
      }
      throw e;
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "local");
    thread.setDaemon(true);
    return thread;
  }

  /** The function with the variables that it gets on this machine. */
  private static FunctionDefinition with(
      FunctionDefinition function, Database database, LocalSettings settings) {
    Map<String, String> environment = new HashMap<>(function.environment());
    CREDENTIALS.forEach(environment::remove);
    environment.putAll(database.settings());
    environment.putAll(settings.database());
    return new FunctionDefinition(
        function.name(),
        function.handler(),
        function.archive(),
        environment,
        function.timeoutSeconds(),
        function.memoryMegabytes());
  }

  private void open(ExecutorService threads) {
    try {
      migrate();
      Schedules schedules = new Schedules(template.schedules(), parts.functions());
      parts.http().serve(new HttpGateway(template.routes(), parts.functions(), schedules));
      parts.invoke().serve(new InvokeApi(parts.functions(), threads));
    } catch (RuntimeException e) {
      parts.functions().close();
      throw e;
    }
  }

  private void migrate() {
    if (parts.functions().find(MIGRATE).isEmpty()) {
      return;
    }
    try {
      Map<String, List<String>> event = Map.of("schemas", parts.database().schemas());
      InvocationResult result =
          parts.functions().get(MIGRATE).invoke(JSON.writeValueAsBytes(event));
      JsonNode report = JSON.readTree(result.payload());
      if (result.failed() || !report.path("complete").asBoolean(false)) {
        throw new StartupException(
            "the schemas cannot be migrated: "
                + report.path("errorMessage").asText(report.toString()));
      }
      parts.database().migrated();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is running. */
  public Template template() {
    return template;
  }

  /** How a person is told of the database. */
  public String database() {
    return parts.database().description();
  }

  /** The functions' settings for the database. */
  public Map<String, String> databaseSettings() {
    return parts.database().settings();
  }

  /** The functions. */
  public Functions functions() {
    return parts.functions();
  }

  /** Where the HTTP API answers. */
  public String httpAddress() {
    return "http://127.0.0.1:" + parts.http().port();
  }

  /** Where the Invoke API answers. */
  public String invokeAddress() {
    return "http://127.0.0.1:" + parts.invoke().port();
  }

  /** Ends every process and the database. Again, it does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      parts.functions().close();
      parts.http().close();
      parts.invoke().close();
      parts.database().close();
    }
  }
}

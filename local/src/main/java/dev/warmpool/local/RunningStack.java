package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.console.Console;
import dev.warmpool.local.console.DocsPage;
import dev.warmpool.local.console.EventHistory;
import dev.warmpool.local.database.Database;
import dev.warmpool.local.gateway.HttpGateway;
import dev.warmpool.local.gateway.InvokeApi;
import dev.warmpool.local.gateway.LocalIssuer;
import dev.warmpool.local.gateway.LocalServer;
import dev.warmpool.local.gateway.ScheduleTimer;
import dev.warmpool.local.gateway.Schedules;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.Template;
import dev.warmpool.local.template.TemplateReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Everything that {@code template.yaml} names, running on this machine: from {@link #start} to
 * {@link #close}. Thread-safe.
 */
public final class RunningStack implements AutoCloseable {

  private static final String MIGRATE = "Migrate";
  private static final String SCHEMA = "POSTGRES_SCHEMA";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FunctionVariables variables;
  private final Template template;
  private final StartedResources opened;
  private final LocalServer http;
  private final LocalServer invoke;
  private final Database database;
  private final Functions functions;
  private final Optional<LocalIssuer> issuer;

  private RunningStack(LocalSettings settings, StartedResources opened) {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else 40 ms for each answer
    ExecutorService threads = Executors.newCachedThreadPool(RunningStack::daemon);
    this.opened = opened;
    this.variables = new FunctionVariables(settings);
    this.template = TemplateReader.read(settings.template());
    this.http = opened.add(() -> new LocalServer(settings.httpPort(), "LOCAL_HTTP_PORT", threads));
    this.invoke =
        opened.add(() -> new LocalServer(settings.invokePort(), "LOCAL_INVOKE_PORT", threads));
    Map<String, String> assumed = variables.ofAll(template);
    this.database =
        opened.add(
            () ->
                settings.hasServer()
                    ? Database.external(assumed)
                    : Database.embedded(Optional.ofNullable(settings.environment().get(SCHEMA))));
    this.functions =
        opened.add(
            () ->
                Functions.of(
                    template.functions().stream().map(this::configured).toList(),
                    settings.environments(),
                    threads));
    EventHistory journal = new EventHistory();
    functions.observe(journal);
    migrate();
    Schedules schedules = new Schedules(template.schedules(), functions, journal);
    this.issuer =
        settings.hasAuthorizer()
            ? Optional.of(new LocalIssuer(httpAddress() + "/_local/issuer", settings.tenantClaim()))
            : Optional.empty();
    HttpGateway gateway =
        new HttpGateway(template, functions, issuer.map(LocalIssuer::authorizer), journal, threads);
    if (settings.runsSchedules()) {
      opened.add(() -> ScheduleTimer.start(schedules, template.schedules(), threads));
    }
    Console console =
        new Console(
            new Console.Watched(template, functions, journal),
            schedules,
            settings.template().toAbsolutePath().getParent(),
            tokens());
    http.serve(Map.of("_local", console, "docs", new DocsPage()), gateway);
    invoke.serve(new InvokeApi(functions, threads));
  }

  /**
   * Starts everything and migrates the schemas.
   *
   * @throws StartupException where something cannot start; then nothing is left running
   */
  public static RunningStack start(LocalSettings settings) {
    return start(settings, new StartedResources());
  }

  /** Starts everything; who has what was opened can end it before it is ready. */
  static RunningStack start(LocalSettings settings, StartedResources opened) {
    try {
      return new RunningStack(settings, opened);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "local");
    thread.setDaemon(true);
    return thread;
  }

  /** The function with the variables that it gets on this machine. */
  private FunctionDefinition configured(FunctionDefinition function) {
    return function.with(variables.of(function, database.settings()));
  }

  private void migrate() {
    Optional<FunctionRunner> migrate = functions.find(MIGRATE);
    if (migrate.isEmpty()) {
      return;
    }
    try {
      Map<String, List<String>> event = Map.of("schemas", database.schemas());
      InvocationResult result = migrate.get().invoke(JSON.writeValueAsBytes(event));
      JsonNode report = JSON.readTree(result.payload());
      if (result.failed() || !report.path("complete").asBoolean(false)) {
        throw new StartupException(
            "the schemas cannot be migrated: "
                + report.path("errorMessage").asText(report.toString()));
      }
      database.migrated();
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
    return database.description();
  }

  /** Variables of the runner that had no effect, because they go with {@code POSTGRES_HOST}. */
  public List<String> ignored() {
    return variables.ignored();
  }

  /** The functions' settings for the database. */
  public Map<String, String> databaseSettings() {
    return database.settings();
  }

  /** A token for each tenant that the runner has made; none without an authorizer. */
  public Map<String, String> tokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    issuer.ifPresent(
        local -> database.schemas().forEach(tenant -> tokens.put(tenant, local.token(tenant))));
    return tokens;
  }

  /** The functions. */
  public Functions functions() {
    return functions;
  }

  /** Where the HTTP API answers. */
  public String httpAddress() {
    return "http://127.0.0.1:" + http.port();
  }

  /** Where the Invoke API answers. */
  public String invokeAddress() {
    return "http://127.0.0.1:" + invoke.port();
  }

  /** Ends every process and the database. Again, it does nothing. */
  @Override
  public void close() {
    opened.close();
  }
}

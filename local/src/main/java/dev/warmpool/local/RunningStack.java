package dev.warmpool.local;

import dev.warmpool.local.console.Console;
import dev.warmpool.local.console.DocsPage;
import dev.warmpool.local.console.EventFiles;
import dev.warmpool.local.console.EventHistory;
import dev.warmpool.local.console.StartPage;
import dev.warmpool.local.database.Database;
import dev.warmpool.local.gateway.AsynchronousInvocations;
import dev.warmpool.local.gateway.Destinations;
import dev.warmpool.local.gateway.HttpGateway;
import dev.warmpool.local.gateway.InvokeApi;
import dev.warmpool.local.gateway.LocalIssuer;
import dev.warmpool.local.gateway.ScheduleTimer;
import dev.warmpool.local.gateway.Schedules;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.queue.EventSources;
import dev.warmpool.local.queue.QueuePages;
import dev.warmpool.local.queue.Queues;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InitializationType;
import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.Template;
import dev.warmpool.local.template.TemplateReader;
import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A SAM template running on this machine, from {@link #start} to {@link #close}: its functions, the
 * APIs that invoke them, and a database. Thread-safe.
 */
public final class RunningStack implements AutoCloseable {

  private static final String SCHEMA = "POSTGRES_SCHEMA";

  private final FunctionVariables variables;
  private final Template template;
  private final StartedResources resources;
  private final LocalServer http;
  private final LocalServer invoke;
  private final Optional<Queues> queues;
  private final Database database;
  private final Functions functions;
  private final Optional<LocalIssuer> issuer;
  private final Console console;

  private RunningStack(LocalSettings settings, StartedResources resources) {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else 40 ms for each response
    ExecutorService threads = Executors.newCachedThreadPool(RunningStack::daemon);
    this.resources = resources;
    this.variables = new FunctionVariables(settings);
    this.template = TemplateReader.read(settings.template(), settings.parameters());
    Workspace workspace =
        resources.add(() -> Workspace.open(Workspace.cache(settings.environment())));
    Optional<KeptFolder> kept =
        settings.data().map(data -> resources.add(() -> KeptFolder.open(data, workspace)));
    this.database = resources.add(() -> database(settings, workspace, kept, threads));
    this.http =
        resources.add(() -> new LocalServer(settings.httpPort(), "LOCAL_HTTP_PORT", threads));
    this.invoke =
        resources.add(() -> new LocalServer(settings.invokePort(), "LOCAL_INVOKE_PORT", threads));
    this.queues =
        Optional.of(template.queues())
            .filter(all -> !all.isEmpty())
            .map(all -> resources.add(() -> Queues.start(all, threads)));
    this.functions = resources.add(() -> functions(settings, workspace, threads));
    EventHistory history = new EventHistory();
    functions.observe(history);
    Migration migration = new Migration(functions, database);
    if (!settings.hasServer() && settings.environments().type() != InitializationType.SNAP_START) {
      migration.prepare(threads); // a snapshot is taken after a session
    }
    this.issuer =
        settings.hasAuthorizer()
            ? Optional.of(new LocalIssuer(httpAddress() + "/_local/issuer", settings.tenantClaim()))
            : Optional.empty();
    AsynchronousInvocations asynchronous =
        resources.add(() -> asynchronous(settings, history, threads));
    this.console = console(settings, history);
    migration.run();
    serveHttp(history, threads);
    invoke.serve(new InvokeApi(functions, asynchronous));
    if (settings.runsSchedules()) {
      resources.add(() -> ScheduleTimer.start(asynchronous, template.schedules()));
    }
    queues.ifPresent(some -> resources.add(() -> eventSources(some, history, threads)));
  }

  private AsynchronousInvocations asynchronous(
      LocalSettings settings, EventHistory history, ExecutorService threads) {
    Destinations destinations =
        (arn, body, attributes) -> queues.isPresent() && queues.get().send(arn, body, attributes);
    return new AsynchronousInvocations(
        functions,
        new AsynchronousInvocations.Handling(
            template.asynchronous(), destinations, settings.retryDelay()),
        history,
        threads);
  }

  private EventSources eventSources(Queues started, EventHistory history, ExecutorService threads) {
    return EventSources.start(template.queueEvents(), started, functions, history, threads);
  }

  private Database database(
      LocalSettings settings,
      Workspace workspace,
      Optional<KeptFolder> kept,
      ExecutorService threads) {
    if (settings.hasServer()) {
      return Database.external(variables.ofAll(template));
    }
    return template.isOwn()
        ? Database.demo(
            Optional.ofNullable(settings.environment().get(SCHEMA)), workspace, kept, threads)
        : Database.empty(variables.schemas(template), workspace, kept, threads);
  }

  private Functions functions(
      LocalSettings settings, Workspace workspace, ExecutorService threads) {
    return Functions.of(
        template.functions().stream().map(this::configured).toList(),
        workspace,
        settings.environments(),
        threads);
  }

  private Console console(LocalSettings settings, EventHistory history) {
    Schedules schedules = new Schedules(template.schedules(), functions, history);
    return new Console(
        new Console.Watched(template, functions, history),
        new Console.Fired(schedules, new QueuePages(queues), invokeAddress()),
        settings.folder(),
        tokens());
  }

  private void serveHttp(EventHistory history, ExecutorService threads) {
    HttpGateway gateway =
        new HttpGateway(template, functions, issuer.map(LocalIssuer::authorizer), history, threads);
    boolean hasRoot = template.routes().stream().anyMatch(route -> route.path().equals("/"));
    http.serve(
        Map.of(
            "_local",
            console,
            "docs",
            new DocsPage(),
            "",
            hasRoot ? gateway : new StartPage(gateway)),
        gateway);
  }

  /**
   * Starts everything and migrates the schemas.
   *
   * @throws StartupException if something cannot start; nothing is left running then
   */
  public static RunningStack start(LocalSettings settings) {
    return start(settings, new StartedResources());
  }

  /** As {@link #start(LocalSettings)}; closing the resources aborts a start that is running. */
  static RunningStack start(LocalSettings settings, StartedResources resources) {
    try {
      return new RunningStack(settings, resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "local");
    thread.setDaemon(true);
    return thread;
  }

  /** Replaces the template's variables by those that the function gets on this machine. */
  private FunctionDefinition configured(FunctionDefinition function) {
    Map<String, String> given = variables.of(function, database.settings());
    return function.with(queues.map(some -> some.resolved(given)).orElse(given));
  }

  /** Whether a function gets its database credentials from AWS. */
  boolean needAws() {
    return functions.all().stream()
        .map(FunctionDefinition::environment)
        .anyMatch(
            own ->
                !own.getOrDefault("POSTGRES_SECRET_ARN", "").isBlank()
                    || own.getOrDefault("POSTGRES_IAM_AUTH", "").equals("true"));
  }

  /** The event files of the template's functions. */
  List<EventFiles.EventFile> eventFiles() {
    return console.events();
  }

  /** The template that is running. */
  public Template template() {
    return template;
  }

  /** A description of the database for the start-up lines. */
  public String database() {
    return database.description();
  }

  /** A command that opens a shell in the embedded database; empty with another one. */
  public Optional<String> databaseShell() {
    return database.shell();
  }

  /** Variables of the user that have no effect because {@code POSTGRES_HOST} is not set. */
  public List<String> ignored() {
    return variables.ignored();
  }

  /** A token for each tenant, by tenant; empty without an authorizer. */
  public Map<String, String> tokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    issuer.ifPresent(local -> tenants().forEach(tenant -> tokens.put(tenant, local.token(tenant))));
    return tokens;
  }

  /** The database's schemas; without any, a name of a tenant. */
  private List<String> tenants() {
    return database.schemas().isEmpty() ? List.of("demo") : database.schemas();
  }

  /** Whether the functions take their tenants from {@code TENANT_SOURCE}. */
  boolean haveTenants() {
    return variables.haveTenants(template);
  }

  /** The issuer of the tokens; empty without an authorizer. */
  Optional<LocalIssuer> issuer() {
    return issuer;
  }

  /** The functions. */
  public Functions functions() {
    return functions;
  }

  /** The queues; empty if the template has none. */
  public Optional<Queues> queues() {
    return queues;
  }

  /** Base URL of the HTTP API. */
  public String httpAddress() {
    return "http://127.0.0.1:" + http.port();
  }

  /** Base URL of the Invoke API. */
  public String invokeAddress() {
    return "http://127.0.0.1:" + invoke.port();
  }

  /** Ends every function's process and the database. Idempotent. */
  @Override
  public void close() {
    resources.close();
  }
}

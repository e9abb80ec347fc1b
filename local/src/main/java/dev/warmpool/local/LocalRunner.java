package dev.warmpool.local;

import dev.warmpool.local.runtime.RuntimeClient;
import dev.warmpool.local.template.RouteDefinition;
import dev.warmpool.local.template.Template;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Starts everything, says where it is, and ends it with the process. */
public final class LocalRunner {

  private LocalRunner() {}

  /** Runs until the process is told to end; exits with 1 and a line where it cannot start. */
  public static void main(String[] arguments) throws InterruptedException {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    Output.bypassSystemOut();
    StartedResources opened = new StartedResources();
    CountDownLatch ready = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(opened, ready), "end"));
    try {
      LocalSettings settings = LocalSettings.from(System.getenv(), Path.of("").toAbsolutePath());
      introduce(RunningStack.start(settings, opened), settings);
      ready.countDown();
    } catch (StartupException e) {
      Output.line("Warmpool cannot start: " + e.getMessage());
      System.exit(1);
    } catch (RuntimeException e) {
      Output.line("Warmpool cannot start: " + e); // a fault of its own; Maven would wait for ever
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static void end(StartedResources opened, CountDownLatch ready) {
    opened.close();
    if (ready.getCount() == 0) {
      Output.line("Warmpool has ended: every process and the database");
    }
  }

  private static void introduce(RunningStack stack, LocalSettings settings) {
    Template template = stack.template();
    Output.line("Database   " + stack.database());
    template
        .functions()
        .forEach(
            function ->
                Output.line("Function   %-14s %s".formatted(function.name(), function.handler())));
    Output.line(
        "Routes     "
            + template.routes().stream()
                .map(RouteDefinition::key)
                .collect(Collectors.joining(", ")));
    template
        .schedules()
        .forEach(
            schedule ->
                Output.line(
                    "Schedule   %s of %s, %s: POST %s/_local/schedules/%1$s"
                        .formatted(
                            schedule.name(),
                            schedule.function(),
                            schedule.expression(),
                            stack.httpAddress())));
    if (!stack.ignored().isEmpty()) {
      Output.line("Ignored    " + String.join(", ", stack.ignored()) + ": no POSTGRES_HOST");
    }
    if (!RuntimeClient.isAwsAvailable()) {
      Output.line("Runtime    a plain loop in Java: AWS's has no library here; nothing is frozen");
    }
    String authorizer = settings.hasAuthorizer() ? "JWT authorizer" : "no authorizer";
    Output.line(
        "HTTP API   %s (%s, TENANT_SOURCE=%s)"
            .formatted(stack.httpAddress(), authorizer, settings.tenantSource()));
    Output.line("Invoke API " + stack.invokeAddress());
    Output.line("Contract   " + stack.httpAddress() + "/docs");
    Output.line("Console    " + stack.httpAddress() + "/_local/");
    stack
        .tokens()
        .forEach(
            (tenant, token) ->
                Output.line(
                    "As %s: curl -H 'authorization: Bearer %s' %s/users"
                        .formatted(tenant, token, stack.httpAddress())));
    Output.line("Warmpool is ready: curl " + stack.httpAddress() + "/users");
  }
}

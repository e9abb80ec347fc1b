package dev.warmpool.local;

import dev.warmpool.local.queue.Queues;
import dev.warmpool.local.runtime.RuntimeClient;
import dev.warmpool.local.template.RouteDefinition;
import dev.warmpool.local.template.ScheduleDefinition;
import dev.warmpool.local.template.Template;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** The lines that end the start-up: what runs, at which address, and how to call it. Immutable. */
final class StartupSummary {

  /** The route that gives the document which the page at {@code /docs} shows. */
  private static final String CONTRACT = "GET /openapi.json";

  private final RunningStack stack;
  private final LocalSettings settings;

  StartupSummary(RunningStack stack, LocalSettings settings) {
    this.stack = stack;
    this.settings = settings;
  }

  void print() {
    template();
    warnings();
    addresses();
    String hint = example().map(this::curl).or(this::event).map(line -> ": " + line).orElse("");
    Output.line("Warmpool is ready" + hint);
  }

  /** A command that sends the first event file to its function. */
  private Optional<String> event() {
    Path events = settings.folder().resolve("events");
    return stack.eventFiles().stream()
        .findFirst()
        .map(
            file ->
                "curl %s/2015-03-31/functions/%s/invocations -d @%s"
                    .formatted(
                        stack.invokeAddress(), file.function(), events.resolve(file.name())));
  }

  /** The first path that a GET request needs no parameter for. */
  private Optional<String> example() {
    return stack.template().routes().stream()
        .filter(RouteDefinition::isPage)
        .map(RouteDefinition::path)
        .findFirst();
  }

  /** A command that works: with an authorizer, with the token of the first tenant. */
  private String curl(String path) {
    return stack.tokens().values().stream()
        .findFirst()
        .map(token -> curl(path, token))
        .orElse("curl " + address(path));
  }

  private String curl(String path, String token) {
    return "curl -H 'authorization: Bearer %s' %s".formatted(token, address(path));
  }

  private String address(String path) {
    return stack.httpAddress() + path;
  }

  private void template() {
    Template template = stack.template();
    Output.line("Database   " + stack.database());
    stack.databaseShell().ifPresent(command -> Output.line("Shell      " + command));
    template
        .functions()
        .forEach(
            function ->
                Output.line("Function   %-14s %s".formatted(function.name(), function.handler())));
    if (!template.routes().isEmpty()) {
      Output.line(
          "Routes     "
              + template.routes().stream()
                  .map(RouteDefinition::key)
                  .collect(Collectors.joining(", ")));
    }
    template.schedules().forEach(this::schedule);
    stack.queues().ifPresent(this::queues);
  }

  private void queues(Queues queues) {
    queues
        .all()
        .forEach(
            queue ->
                Output.line(
                    "Queue      %s at %s: POST %s/_local/queues/%1$s"
                        .formatted(queue.id(), queues.url(queue), stack.httpAddress())));
    Output.line("SQS API    " + queues.address());
  }

  private void schedule(ScheduleDefinition schedule) {
    Output.line(
        "Schedule   %s of %s, %s: POST %s/_local/schedules/%1$s"
            .formatted(
                schedule.name(), schedule.function(), schedule.expression(), stack.httpAddress()));
  }

  private void warnings() {
    if (!stack.template().unapplied().isEmpty()) {
      Output.line("Not run    " + String.join(", ", stack.template().unapplied()));
    }
    if (!stack.ignored().isEmpty()) {
      Output.line("Ignored    " + String.join(", ", stack.ignored()) + ": no POSTGRES_HOST");
    }
    if (settings.aws().own()) {
      Output.line("AWS        " + settings.aws().description());
    } else if (stack.needAws()) {
      Output.line(
          "AWS        stand-in credentials, with which no token or secret is had: set LOCAL_AWS=own");
    }
    if (!RuntimeClient.isAwsAvailable()) {
      Output.line(
          "Runtime    a plain Java loop: AWS's client has no native library here, nothing is frozen");
    }
  }

  private void addresses() {
    String authorizer = settings.hasAuthorizer() ? "JWT authorizer" : "no authorizer";
    Output.line(
        "HTTP API   %s (%s%s)"
            .formatted(
                stack.httpAddress(),
                authorizer,
                stack.haveTenants() ? ", TENANT_SOURCE=" + settings.tenantSource() : ""));
    Output.line("Invoke API " + stack.invokeAddress());
    if (stack.template().routes().stream().anyMatch(route -> route.key().equals(CONTRACT))) {
      Output.line("Contract   " + address("/docs"));
    }
    Output.line("Console    " + address("/_local/"));
    stack
        .tokens()
        .forEach(
            (tenant, token) ->
                Output.line(
                    "As %s: %s"
                        .formatted(
                            tenant,
                            example()
                                .map(path -> curl(path, token))
                                .orElse("authorization: Bearer " + token))));
  }
}

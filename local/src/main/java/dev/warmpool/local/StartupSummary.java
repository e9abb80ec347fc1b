package dev.warmpool.local;

import dev.warmpool.local.runtime.RuntimeClient;
import dev.warmpool.local.template.RouteDefinition;
import dev.warmpool.local.template.ScheduleDefinition;
import dev.warmpool.local.template.Template;
import java.util.stream.Collectors;

/** The lines that end the start-up: what runs, at which address, and how to call it. Immutable. */
final class StartupSummary {

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
    Output.line("Warmpool is ready: curl " + stack.httpAddress() + "/users");
  }

  private void template() {
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
    template.schedules().forEach(this::schedule);
  }

  private void schedule(ScheduleDefinition schedule) {
    Output.line(
        "Schedule   %s of %s, %s: POST %s/_local/schedules/%1$s"
            .formatted(
                schedule.name(), schedule.function(), schedule.expression(), stack.httpAddress()));
  }

  private void warnings() {
    if (!stack.ignored().isEmpty()) {
      Output.line("Ignored    " + String.join(", ", stack.ignored()) + ": no POSTGRES_HOST");
    }
    if (!RuntimeClient.isAwsAvailable()) {
      Output.line(
          "Runtime    a plain Java loop: AWS's client has no native library here, nothing is frozen");
    }
  }

  private void addresses() {
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
  }
}

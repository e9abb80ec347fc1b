package dev.warmpool.local;

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
    try {
      LocalStack stack =
          LocalStack.start(LocalSettings.from(System.getenv(), Path.of("").toAbsolutePath()));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stack), "end"));
      introduce(stack);
    } catch (StartupException e) {
      Output.line("Warmpool cannot start: " + e.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static void end(LocalStack stack) {
    stack.close();
    Output.line("Warmpool has ended: every process and the database");
  }

  private static void introduce(LocalStack stack) {
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
    Output.line("HTTP API   " + stack.httpAddress() + " (no authorizer)");
    Output.line("Invoke API " + stack.invokeAddress());
    Output.line("Warmpool is ready: curl " + stack.httpAddress() + "/users");
  }
}

package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Template, code, contract and docs say the same; and one that says something else is reported by a
 * message that names it. Routes are in {@link TemplateTest}, shares of the connection budget in
 * {@code ConnectionBudgetTest}.
 */
class DriftTest {

  private static final Map<String, Function<StackTemplate, List<String>>> KINDS =
      new TreeMap<>(
          Map.of(
              "handler", Drift::handlers,
              "setting", Drift::settings,
              "schedule", Drift::schedules,
              "scope", Drift::scopes,
              "time-out", Drift::timeouts,
              "queue", Drift::queues,
              "metric", OperationDrift::metrics,
              "limit", stack -> OperationDrift.limits(stack, page("operating.md")),
              "concurrency", stack -> OperationDrift.concurrency(stack, page("sizing.md"))));

  private static String page(String name) {
    try {
      return Files.readString(Path.of("../docs", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> faults(StackTemplate stack) {
    return KINDS.values().stream().flatMap(kind -> kind.apply(stack).stream()).toList();
  }

  @Test
  void nothingHasDrifted() {
    assertThat(faults(StackTemplate.read())).isEmpty();
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments(
            "users.ClearUsersHandler",
            "users.ClearUserHandler",
            "ClearUsers: the handler dev.warmpool.functions.users.ClearUserHandler is no handler's class"),
        arguments(
            "POSTGRES_SCHEMA: !Ref",
            "POSTGRES_SCHEME: !Ref",
            "Globals: no code reads the setting POSTGRES_SCHEME"),
        arguments(
            "FANOUT_THRESHOLD: 1000",
            "FANOUT_TRESHOLD: 1000",
            "Migrate: no code reads the setting FANOUT_TRESHOLD"),
        arguments(
            "\"job\":\"purge-deleted-users\"",
            "\"job\":\"purge-users\"",
            "PurgeDeletedUsers: there is no job purge-users; no schedule runs the job purge-deleted-users"),
        arguments("rate(1 day)", "rate(1 days)", "PurgeDeletedUsers: rate(1 days) is no schedule"),
        arguments(
            "[users:clear]",
            "[users:write]",
            "POST /users/clear: the template asks for the scopes [users:write], the contract for [users:clear]"),
        arguments(
            "Timeout: 15",
            "Timeout: 31",
            "HttpFunction: its Timeout 31 exceeds the API's 30 s; Slow: the Threshold 12000 is not 80 % of HttpFunction's Timeout 31"),
        arguments(
            "VisibilityTimeout: 360",
            "VisibilityTimeout: 359",
            "CleanupWorker: the VisibilityTimeout of CleanupQueue is less than six times its Timeout"),
        arguments(
            "ServiceTimeout: 1200",
            "ServiceTimeout: 900",
            "MigrateSchemas: the ServiceTimeout 900 is not above Migrate's Timeout 900"),
        arguments(
            "ReservedConcurrentExecutions: 2",
            "ReservedConcurrentExecutions: 3",
            "docs/sizing.md lacks | `Cleanup` | 3 | 2 | 6 |; docs/sizing.md lacks | all | | | 74 of 80 |; docs/sizing.md does not say: reserve 38 concurrent executions"),
        arguments(
            "MaximumConcurrency: 5",
            "MaximumConcurrency: 6",
            "CleanupWorker: MaximumConcurrency exceeds its reserved concurrency"),
        arguments(
            "MetricName: 5xx",
            "MetricName: 5XX",
            "ErrorRate: there is no metric AWS/ApiGateway 5XX"),
        arguments(
            "MetricName: Replays",
            "MetricName: Replay",
            "Replays: there is no metric Warmpool Replay"),
        arguments(
            "[\"Warmpool\", \"Strays\"",
            "[\"Warmpool\", \"Stray\"",
            "Dashboard: there is no metric Warmpool Stray"),
        arguments(
            "{Name: FunctionName, Value: !Ref HttpFunction}",
            "{Name: Function, Value: !Ref HttpFunction}",
            "Throttled: AWS/Lambda Throttles has the dimension FunctionName, not Function"),
        arguments(
            "[\"Warmpool\", \"AcquireTime\", \"FunctionName\"",
            "[\"Warmpool\", \"AcquireTime\", \"Tenant\"",
            "Dashboard: Warmpool AcquireTime has the dimension FunctionName, not Tenant"),
        arguments(
            "Threshold: 1800",
            "Threshold: 3600",
            "OldMessages: docs/operating.md, section Old messages, does not say: waited for 60 minutes"),
        arguments(
            "section Throttles\"",
            "section Throttling\"",
            "Throttled: docs/operating.md has no section Throttling"),
        arguments(
            "MIGRATE_QUEUE_URL: !Ref MigrateQueue",
            "MIGRATE_QUEUE_URL: !Ref MigratesQueue",
            "Migrate: MIGRATE_QUEUE_URL names MigratesQueue, which is no queue"),
        arguments(
            "!GetAtt CleanupFailures.QueueName}]",
            "!GetAtt CleanupDeadLetters.QueueName}]",
            "CleanupFailures: no alarm watches it"));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeIsReportedByName(String text, String other, String messages) {
    assertThat(faults(StackTemplate.read().with(text, other)))
        .containsExactlyInAnyOrder(messages.split("; "));
  }
}

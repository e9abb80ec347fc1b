package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The queues, schedules and their functions in template.yaml, and what the code expects of them.
 */
class QueueTemplateTest {

  private static final Path SOURCES = Path.of("src/main/java/dev/warmpool/functions");

  private static Map<String, Map<String, Object>> resources(String type) {
    return StackTemplate.read().resources(type);
  }

  private static Map<String, Object> events(Map<String, Object> function) {
    return function.containsKey("Events") ? map(function.get("Events")) : Map.of();
  }

  private static Map<String, Map<String, Object>> functions() {
    return resources("AWS::Serverless::Function");
  }

  private static Map<String, Map<String, Object>> queues() {
    return resources("AWS::SQS::Queue");
  }

  private static String code() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      StringBuilder code = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        code.append(Files.readString(file));
      }
      return code.toString();
    }
  }

  /** {@code sam build} leaves a path in Globals as it is, and an empty archive is deployed. */
  /** {@code sam build} writes right paths only where they stand in the functions. */
  @Test
  void namesTheArchiveInEachFunction() throws IOException {
    assertThat(map(map(StackTemplate.read().root().get("Globals")).get("Function")))
        .doesNotContainKey("CodeUri");
    assertThat(Files.readAllLines(Path.of("../.gitignore"))).contains(".aws-sam/");
    functions()
        .forEach(
            (name, function) ->
                assertThat(function.get("CodeUri"))
                    .as(name)
                    .isEqualTo("functions/target/functions.zip"));
  }

  /** A name without the stack's would be taken by the first stack of the account. */
  @Test
  void letsTwoStacksLiveInOneRegion() {
    functions()
        .values()
        .forEach(
            function -> {
              assertThat(function).doesNotContainKey("FunctionName");
              events(function)
                  .forEach(
                      (name, event) -> {
                        if (map(event).get("Type").equals("ScheduleV2")) {
                          assertThat(map(map(event).get("Properties")).get("OmitName"))
                              .as(name)
                              .isEqualTo(true);
                        }
                      });
            });
    queues()
        .values()
        .forEach(
            queue ->
                assertThat(String.valueOf(queue.getOrDefault("QueueName", "${AWS::StackName}")))
                    .startsWith("${AWS::StackName}"));
  }

  @Test
  void losesNoScheduledEvent() {
    functions()
        .forEach(
            (name, function) ->
                events(function)
                    .forEach(
                        (title, event) -> {
                          Map<String, Object> properties = map(map(event).get("Properties"));
                          if (map(event).get("Type").equals("ScheduleV2")) {
                            assertThat(properties)
                                .as(title)
                                .containsKeys("Input", "RetryPolicy", "DeadLetterConfig");
                            assertThat(function).as(name).containsKey("EventInvokeConfig");
                          }
                        }));
  }

  @Test
  void encryptsQueuesAndTakesRequestsOverTlsOnly() {
    Set<String> guarded = new TreeSet<>();
    resources("AWS::SQS::QueuePolicy")
        .values()
        .forEach(
            policy -> {
              assertThat(policy.get("PolicyDocument").toString())
                  .contains("Effect=Deny", "aws:SecureTransport=false");
              String queue = ((List<?>) policy.get("Queues")).get(0).toString();
              assertThat(policy.get("PolicyDocument").toString())
                  .contains("Resource=" + queue + ".Arn");
              guarded.add(queue);
            });
    assertThat(guarded).isEqualTo(new TreeSet<>(queues().keySet()));
    queues()
        .forEach(
            (name, queue) ->
                assertThat(queue.get("SqsManagedSseEnabled")).as(name).isEqualTo(true));
  }

  /** The worker buries what failed at the delivery after which the queue would do so. */
  @Test
  void countsDeliveriesAsTheWorkerDoes() throws IOException {
    var most = Pattern.compile("int MAX_RECEIVES = (\\d+);").matcher(code());
    assertThat(most.find()).isTrue();
    queues()
        .forEach(
            (name, queue) -> {
              if (queue.containsKey("RedrivePolicy")) {
                assertThat(map(queue.get("RedrivePolicy")).get("maxReceiveCount").toString())
                    .as(name)
                    .isEqualTo(most.group(1));
              }
            });
  }

  @Test
  void feedsWorkersWithPartialAnswersAndTimeToFinish() {
    Set<String> fed = new TreeSet<>();
    functions()
        .forEach(
            (name, function) ->
                events(function)
                    .values()
                    .forEach(
                        event -> {
                          if (!map(event).get("Type").equals("SQS")) {
                            return;
                          }
                          Map<String, Object> source = map(map(event).get("Properties"));
                          String queue = source.get("Queue").toString().replace(".Arn", "");
                          fed.add(queue);
                          assertThat(source.get("FunctionResponseTypes"))
                              .isEqualTo(List.of("ReportBatchItemFailures"));
                          assertThat((int) source.get("BatchSize")).isBetween(1, 10);
                          assertThat(
                                  (int) map(source.get("ScalingConfig")).get("MaximumConcurrency"))
                              .isBetween(2, 1_000);
                          assertThat((int) visibility(queue))
                              .as(queue)
                              .isGreaterThanOrEqualTo(6 * (int) function.get("Timeout"));
                        }));
    assertThat(fed).contains("CleanupQueue");
  }

  private static Object visibility(String queue) {
    return queues().get(queue).get("VisibilityTimeout");
  }

  /** A function that has a queue's URL may send to that queue, and to no other. */
  @Test
  void letsFunctionsSendToTheQueuesOfTheirSettings() {
    functions()
        .forEach(
            (name, function) -> {
              Set<String> set = new TreeSet<>();
              if (function.containsKey("Environment")) {
                map(map(function.get("Environment")).get("Variables"))
                    .forEach(
                        (setting, value) -> {
                          if (setting.endsWith("_URL")) {
                            set.add(value.toString());
                          }
                        });
              }
              Set<String> allowed = new TreeSet<>();
              ((List<?>) function.getOrDefault("Policies", List.of()))
                  .forEach(
                      policy -> {
                        if (policy instanceof Map<?, ?> one
                            && one.get("Statement") instanceof Map<?, ?> statement) {
                          assertThat(statement.get("Action")).isEqualTo("sqs:SendMessage");
                          allowed.add(
                              String.valueOf(statement.get("Resource")).replace(".Arn", ""));
                        }
                      });
              assertThat(allowed).as(name).isEqualTo(set);
            });
  }

  /** The code reads the prefixes of {@code FanOutSettings} with these ends. */
  @Test
  void setsOnlyQueuesThatTheCodeReads() throws IOException {
    String code = code();
    functions()
        .values()
        .forEach(
            function -> {
              if (function.containsKey("Environment")) {
                map(map(function.get("Environment")).get("Variables")).keySet().stream()
                    .filter(setting -> setting.endsWith("_URL"))
                    .forEach(
                        setting -> {
                          String end = setting.substring(setting.indexOf('_'));
                          String prefix = setting.substring(0, setting.indexOf('_'));
                          assertThat(code).contains('"' + end + '"').contains('"' + prefix + '"');
                        });
              }
            });
  }
}

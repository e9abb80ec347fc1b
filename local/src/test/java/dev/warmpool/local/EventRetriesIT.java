package dev.warmpool.local;

import static dev.warmpool.local.runtime.InvocationReport.Outcome.FAILED;
import static dev.warmpool.local.runtime.InvocationReport.Outcome.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How many invocations each kind of event leads to: one if the function works, Lambda's three if it
 * refuses the event, and one for messages that are not for its queue.
 */
class EventRetriesIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final String ENVELOPE =
      "{\"version\":\"0\",\"id\":\"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa\","
          + "\"detail-type\":\"Scheduled Event\",\"source\":\"%s\",\"account\":\"123456789012\","
          + "\"time\":\"2026-11-28T12:00:00Z\",\"region\":\"us-east-1\",\"resources\":"
          + "[\"arn:aws:events:us-east-1:123456789012:rule/r\"],\"detail\":%s}";

  /** Events that run a job. */
  private static final List<String> JOBS =
      List.of(
          ENVELOPE.formatted("aws.events", "{}"),
          ENVELOPE.formatted("aws.scheduler", "\"{}\""),
          ENVELOPE.formatted("aws.events", "{\"job\":\"purge-idempotency-keys\"}"),
          "{\"detail\":{\"job\":\"purge-deleted-users\"}}",
          "{\"job\":\"purge-idempotency-keys\"}",
          "{\"detail\":\"{}\"}",
          "{}");

  /** Events that are refused, each with a part of the reason. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "{\"job\":\"purge-everything\"}",
          "job must be one of",
          "{\"detail\":{\"jobs\":1}}",
          "jobs is unknown",
          "{\"detail\":\"purge-deleted-users\"}",
          "detail must be a JSON object",
          ENVELOPE.formatted("aws.s3", "{}"),
          "source must be aws.events or aws.scheduler",
          "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"messageId\":\"m\",\"body\":\"{}\"}]}",
          "Records is unknown",
          "[1]",
          "the event must be a JSON object",
          "\"garbage\"",
          "the event must be a JSON object");

  /** Messages of other producers, and one of a run that is not recorded. */
  private static final List<String> FOREIGN_MESSAGES =
      List.of(
          "garbage",
          "{\"Records\":[{\"eventSource\":\"aws:s3\",\"s3\":{\"object\":{\"key\":\"k\"}}}]}",
          "{\"Type\":\"Notification\",\"MessageId\":\"m\",\"Message\":\"{}\"}",
          "{\"job\":\"purge-deleted-users\"}",
          "{\"run\":\"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa\",\"tenants\":[\"app\"]}");

  private static final EndedInvocations ENDED = new EndedInvocations();

  private static PostgresServer server;
  private static ProjectStack project;
  private static SqsCalls sqs;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    project =
        ProjectStack.start(
            server,
            Map.of("POSTGRES_SCHEMA", "app", "LOCAL_RETRY_DELAY", "0"),
            template -> template);
    project.stack().functions().observe(ENDED);
    sqs = new SqsCalls(project.stack().queues().orElseThrow().address());
  }

  @AfterAll
  static void stop() {
    project.close();
    server.close();
  }

  /** Sends an asynchronous invocation, as a schedule or a rule does. */
  private static HttpResponse<String> send(String event) {
    return new Http(project.stack().invokeAddress())
        .send(
            "POST",
            "/2015-03-31/functions/Cleanup/invocations",
            event,
            Map.of("X-Amz-Invocation-Type", "Event"));
  }

  private static String accepted(String event) {
    HttpResponse<String> answer = send(event);
    assertThat(answer.statusCode()).isEqualTo(202);
    return answer.headers().firstValue("x-amzn-requestid").orElseThrow();
  }

  /** Takes this many messages from a queue. */
  private static List<JsonNode> await(String queue, int number) {
    List<JsonNode> messages = new ArrayList<>();
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> messages.addAll(sqs.take(queue)) && messages.size() >= number);
    assertThat(messages).hasSize(number);
    return messages;
  }

  @Test
  void aJobRunsOnceAndARefusedEventThreeTimes() {
    List<String> jobs = JOBS.stream().map(EventRetriesIT::accepted).toList();
    Map<String, String> reasons = new HashMap<>();
    REFUSED.forEach((event, reason) -> reasons.put(accepted(event), reason));

    for (JsonNode message : await("CleanupFailures", REFUSED.size())) {
      JsonNode record = Http.tree(message.path("Body").asText());
      String id = record.path("requestContext").path("requestId").asText();
      assertThat(record.path("requestContext").path("condition").asText())
          .isEqualTo("RetriesExhausted");
      assertThat(record.path("requestContext").path("approximateInvokeCount").asInt()).isEqualTo(3);
      assertThat(record.path("responsePayload").path("errorMessage").asText())
          .contains(reasons.get(id));
      assertThat(ENDED.outcomes(id)).containsExactly(FAILED, FAILED, FAILED);
      reasons.remove(id);
    }
    assertThat(reasons).isEmpty();
    Awaitility.await().atMost(LIMIT).until(() -> ENDED.of("Cleanup").containsAll(jobs));
    assertThat(jobs).allSatisfy(id -> assertThat(ENDED.outcomes(id)).containsExactly(SUCCEEDED));
    assertThat(ENDED.of("Cleanup")).hasSize(JOBS.size() + 3 * REFUSED.size());
  }

  /** Lambda refuses it before it invokes the function. */
  @Test
  void whatIsNotJsonInvokesNothing() {
    int before = ENDED.of("Cleanup").size();
    assertThat(send("{\"job\":").statusCode()).isEqualTo(400);
    assertThat(ENDED.of("Cleanup")).hasSize(before);
  }

  @Test
  void aForeignMessageIsDeliveredOnceAndKeptWithItsReason() {
    for (String worker : List.of("Cleanup", "Migrate")) {
      FOREIGN_MESSAGES.forEach(
          body -> project.http().send("POST", "/_local/queues/" + worker + "Queue", body));
      List<JsonNode> letters = await(worker + "DeadLetters", FOREIGN_MESSAGES.size());
      assertThat(letters)
          .allSatisfy(
              letter ->
                  assertThat(
                          letter
                              .path("MessageAttributes")
                              .path("reason")
                              .path("StringValue")
                              .asText())
                      .isNotEmpty())
          .extracting(letter -> letter.path("Body").asText())
          .containsExactlyInAnyOrderElementsOf(FOREIGN_MESSAGES);
      List<String> invocations = ENDED.of(worker + "Worker");
      assertThat(invocations).hasSizeBetween(1, FOREIGN_MESSAGES.size()).doesNotHaveDuplicates();
      assertThat(invocations)
          .allSatisfy(id -> assertThat(ENDED.outcomes(id)).containsExactly(SUCCEEDED));
    }
  }
}

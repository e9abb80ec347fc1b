package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Asynchronous invocations with retries, destinations and dead-letter queues. */
class AsynchronousIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String FAILURE = "{\"message\":\"no luck\"}";

  private static final EndedInvocations ENDED = new EndedInvocations();

  private static ProbeStack probe;
  private static SqsCalls sqs;

  @BeforeAll
  static void start() {
    probe = ProbeStack.of("queues.yaml", Map.of("LOCAL_RETRY_DELAY", "0"));
    sqs = new SqsCalls(probe.stack().queues().orElseThrow().address());
    probe.stack().functions().observe(ENDED);
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  /** Sends an event and returns its request id. */
  private static String send(String function, String event) {
    HttpResponse<String> accepted =
        probe
            .invokeApi()
            .send(
                "POST",
                "/2015-03-31/functions/" + function + "/invocations",
                event,
                Map.of("X-Amz-Invocation-Type", "Event"));
    assertThat(accepted.statusCode()).isEqualTo(202);
    return accepted.headers().firstValue("x-amzn-requestid").orElseThrow();
  }

  private static JsonNode await(String queue) {
    List<JsonNode> messages = new ArrayList<>();
    Awaitility.await().atMost(LIMIT).until(() -> messages.addAll(sqs.take(queue)));
    assertThat(messages).hasSize(1);
    return messages.get(0);
  }

  private static JsonNode record(String queue) {
    return Http.tree(await(queue).path("Body").asText());
  }

  @Test
  void retriesTwiceAndThenSendsARecordToTheDestination() {
    String id = send("Fail", FAILURE);
    JsonNode record = record("FailEventInvokeConfigOnFailureQueue");
    assertThat(ENDED.of("Fail")).containsExactly(id, id, id);
    assertThat(record.path("version").asText()).isEqualTo("1.0");
    assertThat(Instant.parse(record.path("timestamp").asText())).isBefore(Instant.now());
    assertThat(record.path("requestContext").toString())
        .isEqualTo(
            "{\"requestId\":\"%s\",\"functionArn\":\"arn:aws:lambda:us-east-1:123456789012:function:Fail:$LATEST\",\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":3}"
                .formatted(id));
    assertThat(record.path("requestPayload").toString()).isEqualTo(FAILURE);
    assertThat(record.path("responseContext").toString())
        .isEqualTo(
            "{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":\"Unhandled\"}");
    assertThat(record.path("responsePayload").path("errorMessage").asText())
        .isEqualTo("\"no luck\"");
  }

  @Test
  void sendsTheEventItselfToADeadLetterQueue() {
    String id = send("Dead", FAILURE);
    JsonNode message = await("DeadLetters");
    assertThat(message.path("Body").asText()).isEqualTo(FAILURE);
    JsonNode attributes = message.path("MessageAttributes");
    assertThat(attributes.path("RequestID").path("StringValue").asText()).isEqualTo(id);
    assertThat(attributes.path("ErrorCode").path("DataType").asText()).isEqualTo("Number");
    assertThat(attributes.path("ErrorMessage").path("StringValue").asText())
        .isEqualTo("\"no luck\"");
    assertThat(ENDED.of("Dead")).as("without retries").containsOnlyOnce(id);
  }

  /** SQS accepts neither control characters nor half a character. */
  @Test
  void sendsTheMessageOfAnErrorInCharactersThatSqsAccepts() {
    send("Dead", "{\"message\":\"\\u0000\\u001b" + "\\ud83d\\ude00".repeat(600) + "\"}");
    assertThat(
            await("DeadLetters")
                .path("MessageAttributes")
                .path("ErrorMessage")
                .path("StringValue")
                .asText())
        .startsWith("\"   ")
        .hasSize(604);
  }

  /** ElasticMQ accepts 256 KiB; a record has the event and its error. */
  @Test
  void saysThatADestinationRefusesARecord() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(lines, true, StandardCharsets.UTF_8));
    try {
      String id = send("Dead", "{\"message\":\"" + "x".repeat(300_000) + "\"}");
      String line =
          "Dead | event " + id + " dropped, arn:aws:sqs:us-east-1:123456789012:DeadLetters";
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> lines.toString(StandardCharsets.UTF_8).contains(line));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void waitsWhileItIsThrottled() {
    List<String> sent =
        List.of(send("Busy", "{\"millis\":500}"), send("Busy", "{}"), send("Busy", "{}"));
    List<String> succeeded = new ArrayList<>();
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () -> {
              sqs.bodies("Succeeded").stream()
                  .map(record -> record.path("requestContext"))
                  .filter(context -> context.path("condition").asText().equals("Success"))
                  .forEach(context -> succeeded.add(context.path("requestId").asText()));
              return succeeded.size() == sent.size();
            });
    assertThat(succeeded).containsExactlyInAnyOrderElementsOf(sent);
    assertThat(ENDED.of("Busy")).hasSize(sent.size());
  }

  @Test
  void dropsAnEventWithoutADestination() {
    String id = send("Lost", FAILURE);
    Awaitility.await().atMost(LIMIT).until(() -> ENDED.of("Lost").size() == 2);
    assertThat(ENDED.of("Lost")).containsExactly(id, id);
  }
}

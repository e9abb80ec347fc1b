package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions that are fed from queues. */
class QueuesIT {

  private static final String PATH = "/_local/queues";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static ProbeStack probe;
  private static SqsCalls sqs;

  private final List<JsonNode> events = new ArrayList<>();

  @BeforeAll
  static void start() {
    probe = ProbeStack.of("queues.yaml", Map.of());
    sqs = new SqsCalls(probe.stack().queues().orElseThrow().address());
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  @BeforeEach
  void forgetOtherTests() {
    Awaitility.await().atMost(LIMIT).until(() -> sqs.take("Seen").isEmpty());
    sqs.take("WholeDead");
    sqs.take("ItemsDead");
  }

  private static void send(String queue, String body) {
    assertThat(probe.http().send("POST", PATH + "/" + queue, body).statusCode()).isEqualTo(200);
  }

  /** Waits until functions have got this many events. */
  private void awaitEvents(int number) {
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> events.addAll(sqs.bodies("Seen")) && events.size() >= number);
    assertThat(events).hasSize(number);
  }

  private static JsonNode queue(String name) {
    return StreamSupport.stream(Http.json(probe.http().get(PATH)).spliterator(), false)
        .filter(queue -> queue.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static int held(String name) {
    return queue(name).path("visible").asInt() + queue(name).path("inFlight").asInt();
  }

  @Test
  void sendsAMessageInTheShapeOfLambdasEvent() {
    sqs.send("WholeQueue", "hello \u00e4");
    awaitEvents(1);
    JsonNode message = events.get(0).path("Records").path(0);
    assertThat(message.path("messageId").asText()).matches("[0-9a-f-]{36}");
    assertThat(message.path("receiptHandle").asText()).isNotEmpty();
    assertThat(message.path("body").asText()).isEqualTo("hello \u00e4");
    assertThat(message.path("md5OfBody").asText()).isEqualTo("11ec4d0e2664ddfdce95a1ad6247b481");
    assertThat(message.path("eventSource").asText()).isEqualTo("aws:sqs");
    assertThat(message.path("eventSourceARN").asText())
        .isEqualTo("arn:aws:sqs:us-east-1:123456789012:WholeQueue");
    assertThat(message.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(message.path("attributes").path("ApproximateReceiveCount").asText()).isEqualTo("1");
    for (String name :
        new String[] {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}) {
      assertThat(message.path("attributes").path(name).isTextual()).as(name).isTrue();
    }
    assertThat(message.path("messageAttributes").path("tenant").toString())
        .isEqualTo(
            "{\"stringValue\":\"one\",\"stringListValues\":[],\"binaryListValues\":[],\"dataType\":\"String\"}");
  }

  @Test
  void deletesTheMessagesThatAFunctionTook() {
    send("WholeQueue", "ok");
    awaitEvents(1);
    Awaitility.await().atMost(LIMIT).until(() -> held("WholeQueue") == 0);
  }

  @Test
  void redeliversAfterAFailureAndThenDeadLetters() {
    send("WholeQueue", "fail");
    awaitEvents(2);
    assertThat(events.get(1).path("Records").findValuesAsText("ApproximateReceiveCount"))
        .containsExactly("2");
    Awaitility.await().atMost(LIMIT).until(() -> held("WholeDead") == 1);
    assertThat(sqs.take("WholeDead").get(0).path("Body").asText()).isEqualTo("fail");
  }

  @Test
  void redeliversAfterACrash() {
    send("WholeQueue", "exit");
    awaitEvents(2);
    Awaitility.await().atMost(LIMIT).until(() -> held("WholeDead") == 1);
    assertThat(sqs.take("WholeDead").get(0).path("Body").asText()).isEqualTo("exit");
  }

  @Test
  void keepsOnlyTheItemsThatFailed() {
    sqs.sendAll("ItemsQueue", List.of("one", "item", "two"));
    awaitEvents(1);
    assertThat(events.get(0).path("Records")).as("a batch within the window").hasSize(3);
    Awaitility.await().atMost(LIMIT).until(() -> held("ItemsDead") == 1);
    assertThat(sqs.take("ItemsDead").get(0).path("Body").asText()).isEqualTo("item");
    assertThat(held("ItemsQueue")).isZero();
  }

  @Test
  void treatsAnInvalidAnswerAsAFailureOfAllItems() {
    sqs.sendAll("ItemsQueue", List.of("one", "unknown", "two"));
    awaitEvents(1);
    Awaitility.await().atMost(LIMIT).until(() -> held("ItemsDead") == 3);
  }

  @Test
  void invokesNoMoreThanTheMaximumConcurrency() {
    for (int i = 0; i < 4; i++) {
      send("LimitedQueue", "slow 300");
    }
    awaitEvents(4);
    assertThat(probe.processes("Limited")).hasSizeBetween(1, 2);
  }

  @Test
  void receivesNothingForASourceThatIsSwitchedOff() {
    send("OffQueue", "ok");
    send("WholeQueue", "ok");
    awaitEvents(1);
    assertThat(queue("OffQueue").path("visible").asInt()).isEqualTo(1);
  }

  @Test
  void listsTheQueues() {
    assertThat(queue("WholeDead").path("deadLetterSources").toString())
        .isEqualTo("[\"WholeQueue\"]");
    assertThat(queue("Ordered").path("url").asText()).isEqualTo(sqs.url("Ordered.fifo"));
    assertThat(queue("WholeQueue").fieldNames())
        .toIterable()
        .containsExactly("name", "url", "visible", "delayed", "inFlight", "deadLetterSources");
    assertThat(Http.json(probe.http().get("/_local/about")).path("queues").findValuesAsText("name"))
        .contains("WholeQueue", "FailEventInvokeConfigOnFailureQueue");
  }

  @Test
  void keepsTheOrderOfAFifoQueue() {
    for (String body : List.of("1", "2", "3")) {
      send("Ordered", body);
    }
    assertThat(sqs.take("Ordered.fifo").stream().map(m -> m.path("Body").asText()))
        .containsExactly("1", "2", "3");
  }

  @Test
  void explainsWhatItRefuses() {
    HttpResponse<String> unknown = probe.http().send("POST", PATH + "/Never", "x");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(Http.json(unknown).path("detail").asText()).contains("GET " + PATH);
    assertThat(probe.http().send("POST", PATH + "/Seen", "").statusCode()).isEqualTo(400);
    assertThat(probe.http().send("POST", PATH + "/Seen", "x".repeat(262_145)).statusCode())
        .isEqualTo(400);
  }

  /** The SQS server would end a connection for each, and has 32. */
  @Test
  void outlivesRequestsThatTheServerCannotRead() {
    String host = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    List<String> requests =
        List.of(
            "GET /?Action=%zz" + host + "\r\n",
            "GET /?Action=%" + host + "\r\n",
            "GET /?Action=" + "x".repeat(66_000) + host + "\r\n",
            "GET /" + host + "X-Amz-Target: " + "x".repeat(9_000) + "\r\n\r\n",
            "GET /" + host + "Content-Type: a/" + "x".repeat(9_000) + "\r\n\r\n");
    for (int i = 0; i < 40; i++) {
      String request = requests.get(i % requests.size());
      assertThat(RawHttp.send(sqs.address(), request).status()).isBetween(400, 499);
    }
    for (int i = 0; i < 40; i++) {
      assertThat(queue("Seen").path("visible").asInt()).isZero();
    }
  }

  @Test
  void namesTheEventsThatItDoesNotSend() {
    assertThat(probe.stack().template().unapplied()).containsExactly("Whole.Upload of type S3");
  }
}

package dev.warmpool.functions.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.Api;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is recorded and reported of a run whose messages a queue accepts or refuses. */
class FanOutSendingIT {

  private static final List<String> TENANTS =
      IntStream.range(0, 2_050).mapToObj(i -> "t" + i).toList();

  private final Api api = Api.with(Map.of());

  @BeforeEach
  void createTables() {
    Api.migrate("sending");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private JsonNode send(RecordingQueue queue) {
    return new FanOut(queue, api.sessions(), Deadline.after(Duration.ofSeconds(30)))
        .send(Run.of("job", Json.object()), TENANTS)
        .block();
  }

  private JsonNode recorded(JsonNode report) {
    return new Runs(api.sessions(), Deadline.after(Duration.ofSeconds(10)))
        .report(UUID.fromString(report.path("run").asText()))
        .block();
  }

  @Test
  void sendsAHundredTenantsInAMessageAndTenMessagesInACall() {
    RecordingQueue queue = RecordingQueue.open();
    JsonNode report = send(queue);
    assertThat(queue.calls).hasValue(3);
    assertThat(queue.accepted).hasSize(21);
    assertThat(report.toString())
        .contains("\"tenants\":2050,\"sent\":2050,\"done\":0,\"failed\":0")
        .endsWith("\"complete\":false}");
    assertThat(recorded(report).path("pending").asInt()).isEqualTo(2_050);
    assertThat(recorded(report).path("sentAt").isTextual()).isTrue();
  }

  @Test
  void sendsTheRefusedPartOfACallAgain() {
    AtomicInteger refusals = new AtomicInteger(3);
    RecordingQueue queue = new RecordingQueue(message -> refusals.getAndDecrement() > 0);
    JsonNode report = send(queue);
    assertThat(queue.calls).hasValue(4);
    assertThat(queue.accepted).hasSize(21).doesNotHaveDuplicates();
    assertThat(report.path("sent").asInt()).isEqualTo(2_050);
  }

  @Test
  void recordsAndReportsWhatCouldNotBeSent() {
    RecordingQueue queue = new RecordingQueue(message -> message.body().contains("\"t2049\""));
    JsonNode report = send(queue);
    assertThat(queue.calls).hasValue(5);
    assertThat(report.toString())
        .contains("\"sent\":2000,\"done\":0,\"failed\":50")
        .endsWith(
            "\"complete\":false,\"error\":\"tenants could not be sent: InternalError: try again\"}");
    assertThat(recorded(report).path("failed").asInt()).isEqualTo(50);
    assertThat(recorded(report).path("failures").toString()).contains("InternalError: try again");
  }

  /** A call to a queue out of reach takes four seconds; its reason is what an operator needs. */
  @Test
  void keepsTheReasonIfThereIsNoTimeForAnotherAttempt() {
    RecordingQueue queue = new RecordingQueue(message -> true);
    Map<MessageQueue.Message, String> unsent =
        new Sender(queue, Deadline.after(Duration.ofSeconds(3)))
            .send(List.of(new MessageQueue.Message("{}", Map.of())))
            .block();
    assertThat(unsent).containsValue("InternalError: try again");
    assertThat(queue.calls).hasValue(1);
  }

  @Test
  void sendsNothingWhenTheTimeIsOver() {
    RecordingQueue queue = RecordingQueue.open();
    Map<MessageQueue.Message, String> unsent =
        new Sender(queue, Deadline.after(Duration.ZERO))
            .send(List.of(new MessageQueue.Message("{}", Map.of())))
            .block();
    assertThat(unsent).containsValue("the time was over before the message was sent");
    assertThat(queue.calls).hasValue(0);
  }
}

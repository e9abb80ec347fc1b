package dev.warmpool.functions.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.Api;
import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.MessageQueue.Message;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.R2dbcBadGrammarException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** A worker with work of the test, on the recorded runs of a real server. */
class WorkerIT {

  private final Api api = Api.with(Map.of());
  private final List<String> worked = new ArrayList<>();
  private final Map<String, Progress> progress = new HashMap<>();
  private final RecordingQueue dead = RecordingQueue.open();
  private RecordingQueue queue = RecordingQueue.open();
  private UUID run = UUID.randomUUID();

  @BeforeEach
  void recordARun() {
    Api.admin("DROP SCHEMA IF EXISTS warmpool, worker CASCADE");
    Api.migrate("worker");
    run = record("a", "b", "c", "d");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }

  private UUID record(String... tenants) {
    Run recorded = Run.of("job", Json.object().put("x", 1));
    new Runs(api.sessions(), soon()).record(recorded, List.of(tenants)).block();
    return recorded.id();
  }

  /** Works in a tenant as a job does: asks the record, then records its one batch. */
  private TenantWork work(Run of) {
    if (!of.job().equals("job")) {
      throw new IllegalArgumentException("there is no such job");
    }
    assertThat(of.parameters()).hasToString("{\"x\":1}");
    return (tenant, deadline) -> {
      worked.add(tenant.tenant());
      Progress given = progress.get(tenant.tenant());
      if (given != null) {
        return Mono.just(given);
      }
      return api.sessions()
          .inSession(
              SessionOptions.standard().in(new Schema("worker")),
              session -> tenant.batch(session, 2, Progress.State.DONE))
          .thenReturn(Progress.NONE.plusBatch(2, Progress.State.DONE));
    };
  }

  private List<String> handle(SQSMessage... messages) {
    SQSEvent event = new SQSEvent();
    event.setRecords(Arrays.asList(messages));
    FanOutSettings settings = new FanOutSettings(25, Optional.of(queue), Optional.of(dead));
    return new Worker(api::sessions, settings, this::work)
        .handle(event, new FakeContext(20_000)).getBatchItemFailures().stream()
            .map(BatchItemFailure::getItemIdentifier)
            .toList();
  }

  private SQSMessage message(String id, int receiveCount, String... tenants) {
    String body = new RunMessage(run, List.of(tenants)).message(Map.of()).body();
    return raw(id, receiveCount, body);
  }

  private static SQSMessage raw(String id, int receiveCount, String body) {
    SQSMessage message = new SQSMessage();
    message.setMessageId(id);
    message.setEventSource("aws:sqs");
    message.setBody(body);
    message.setAttributes(Map.of("ApproximateReceiveCount", Integer.toString(receiveCount)));
    return message;
  }

  private JsonNode report() {
    return new Runs(api.sessions(), soon()).report(run).block();
  }

  private static Progress failed() {
    return Progress.NONE.failed(
        new R2dbcBadGrammarException("relation \"users\" does not exist", "42P01"));
  }

  @Test
  void doesEachTenantOnceHoweverOftenItsMessageComes() {
    assertThat(handle(message("1", 1, "a", "b"), message("2", 1, "b", "a"))).isEmpty();
    assertThat(handle(message("3", 2, "a", "b", "c", "d"))).isEmpty();
    assertThat(worked).containsExactly("a", "b", "c", "d");
    assertThat(report().toString())
        .contains("\"tenants\":4,\"done\":4,\"failed\":0,\"busy\":0,\"pending\":0")
        .contains("\"deleted\":8,\"batches\":4")
        .contains("\"complete\":true");
  }

  @Test
  void sendsWhatIsLeftInANewMessageAndSettlesTheOldOne() {
    progress.put("b", Progress.NONE.plusBatch(7, Progress.State.RUNNING));
    progress.put("c", Progress.NONE);
    assertThat(handle(message("1", 3, "a", "b", "c"))).isEmpty();
    assertThat(queue.accepted)
        .extracting(Message::body)
        .containsExactly("{\"run\":\"" + run + "\",\"tenants\":[\"b\",\"c\"]}");
    assertThat(dead.accepted).isEmpty();
    assertThat(report().path("pending").asInt()).isEqualTo(3);
  }

  /** A message that no invocation can work through must not be sent on without end. */
  @Test
  void buriesATenantForWhichAWholeInvocationIsTooShort() {
    progress.put("a", Progress.NONE);
    progress.put("b", Progress.NONE);
    assertThat(handle(message("1", 1, "a", "b"))).containsExactly("1");
    assertThat(queue.accepted).isEmpty();
    assertThat(handle(message("1", 3, "a", "b"))).isEmpty();
    assertThat(dead.accepted)
        .extracting(letter -> letter.attributes().get("reason"))
        .containsExactly("no transaction ended in the time of one invocation");
    assertThat(queue.accepted)
        .extracting(Message::body)
        .containsExactly("{\"run\":\"" + run + "\",\"tenants\":[\"b\"]}");
  }

  @Test
  void bringsTheMessageBackIfWhatIsLeftCannotBeSent() {
    queue = new RecordingQueue(message -> true);
    progress.put("b", Progress.NONE);
    assertThat(handle(message("1", 1, "a", "b"))).containsExactly("1");
    assertThat(handle(message("1", 2, "a", "b"))).containsExactly("1");
    assertThat(worked).containsExactly("a", "b", "b");
  }

  @Test
  void buriesAFailedTenantWithItsReasonAtTheThirdDelivery() {
    progress.put("b", failed());
    assertThat(handle(message("1", 1, "a", "b"), message("2", 1, "c"))).containsExactly("1");
    assertThat(handle(message("1", 2, "a", "b"))).containsExactly("1");
    assertThat(dead.accepted).isEmpty();
    assertThat(report().toString()).contains("\"done\":2,\"failed\":0,\"busy\":0,\"pending\":2");
    assertThat(handle(message("1", 3, "a", "b"))).isEmpty();
    assertThat(worked).containsExactly("a", "b", "c", "b", "b");
    assertThat(dead.accepted)
        .containsExactly(
            new Message(
                "{\"run\":\"" + run + "\",\"tenants\":[\"b\"]}",
                Map.of(
                    "job", "job",
                    "run", run.toString(),
                    "reason", "relation \"users\" does not exist",
                    "SQLSTATE", "42P01")));
    assertThat(report().toString())
        .contains("\"done\":2,\"failed\":1,\"busy\":0,\"pending\":1")
        .contains("[{\"tenant\":\"b\",\"error\":\"relation \\\"users\\\" does not exist\"}]");
  }

  @Test
  void doesABuriedTenantThatIsMovedBack() {
    progress.put("b", failed());
    handle(message("1", 3, "b"));
    progress.clear();
    assertThat(handle(raw("2", 1, dead.accepted.get(0).body()))).isEmpty();
    assertThat(report().toString()).contains("\"done\":1,\"failed\":0").contains("\"failures\":[]");
  }

  @Test
  void recordsATenantThatStaysBusyWithoutADeadLetter() {
    progress.put("b", Progress.NONE.in(Progress.State.BUSY));
    assertThat(handle(message("1", 1, "b"))).containsExactly("1");
    assertThat(handle(message("1", 3, "b"))).isEmpty();
    assertThat(dead.accepted).isEmpty();
    assertThat(report().path("busy").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "{\"Records\":[]}",
        "{\"run\":\"1\",\"tenants\":[\"a\"]}",
        "{\"run\":\"00000000-0000-0000-0000-000000000000\",\"tenants\":[\"a\\u0000\"]}"
      })
  void buriesAForeignMessageAtItsFirstDelivery(String body) {
    assertThat(handle(raw("1", 1, body), message("2", 1, "a"))).isEmpty();
    assertThat(worked).containsExactly("a");
    assertThat(dead.accepted)
        .singleElement()
        .extracting(Message::body)
        .isEqualTo(body + (body.isEmpty() ? " " : ""));
    assertThat(dead.accepted.get(0).attributes()).containsOnlyKeys("reason");
  }

  @Test
  void buriesAMessageOfAnUnknownRunTenantOrJob() {
    handle(message("1", 1, "a", "x"));
    Api.admin("UPDATE warmpool.job_runs SET job = 'other'");
    handle(message("2", 1, "a"));
    run = UUID.randomUUID();
    handle(message("3", 1, "a"));
    assertThat(worked).isEmpty();
    assertThat(dead.accepted)
        .extracting(letter -> letter.attributes().get("reason"))
        .satisfiesExactly(
            reason ->
                assertThat(reason).endsWith("is unknown or has not all of the message's tenants"),
            reason -> assertThat(reason).isEqualTo("there is no such job"),
            reason ->
                assertThat(reason).endsWith("is unknown or has not all of the message's tenants"));
  }

  /** Its last delivery then comes to the dead letters by the queue's own policy. */
  @Test
  void bringsBackAMessageThatCannotBeBuried() {
    progress.put("b", failed());
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message("1", 3, "b"), raw("2", 1, "x")));
    FanOutSettings settings = new FanOutSettings(25, Optional.of(queue), Optional.empty());
    assertThat(
            new Worker(api::sessions, settings, this::work)
                .handle(event, new FakeContext(20_000))
                .getBatchItemFailures())
        .extracting(BatchItemFailure::getItemIdentifier)
        .containsExactly("1", "2");
    assertThat(report().path("failed").asInt()).isZero();
  }

  @Test
  void bringsMessagesBackWhileTheTablesAreMissing() {
    Api.admin("DROP SCHEMA warmpool CASCADE");
    assertThat(handle(message("1", 3, "a"))).containsExactly("1");
    assertThatThrownBy(this::report)
        .hasMessage(
            "the tables of runs are missing or older than this function: invoke Migrate once");
  }

  @Test
  void refusesAnEventThatIsNotOfAQueue() {
    SQSMessage foreign = message("1", 1, "a");
    foreign.setEventSource("aws:s3");
    assertThatThrownBy(() -> handle(foreign)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> handle((SQSMessage) null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new Worker(
                        api::sessions,
                        new FanOutSettings(25, Optional.empty(), Optional.empty()),
                        this::work)
                    .handle(new SQSEvent(), new FakeContext(20_000)))
        .hasMessage(
            "the event must have Records, each with a messageId and the eventSource aws:sqs");
  }

  @Test
  void keepsRunsForThirtyDays() {
    Api.admin("UPDATE warmpool.job_runs SET started_at = now() - interval '31 days'");
    record("a");
    assertThatThrownBy(this::report)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the run " + run + " is unknown: runs are kept for 30 days");
    assertThat(Api.number("SELECT count(*) FROM warmpool.job_run_tenants")).isEqualTo(1);
  }
}

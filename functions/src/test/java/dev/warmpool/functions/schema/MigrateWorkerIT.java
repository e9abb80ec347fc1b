package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.execute;
import static dev.warmpool.functions.schema.MigrationDatabase.number;
import static dev.warmpool.functions.schema.MigrationDatabase.script;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.functions.fanout.MessageQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** {@code Migrate} sends schemas to a queue and {@code MigrateWorker} takes them. */
class MigrateWorkerIT {

  private final List<MessageQueue.Message> messages = new ArrayList<>();
  private final List<MessageQueue.Message> letters = new ArrayList<>();

  private MigrationDatabase database;
  private FanOutSettings settings;

  @BeforeEach
  void create() {
    settings = new FanOutSettings(5, Optional.of(into(messages)), Optional.of(into(letters)));
    database = new MigrationDatabase();
    database.fanOut(settings);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private static MessageQueue into(List<MessageQueue.Message> list) {
    return sent ->
        Mono.fromCallable(
            () -> {
              list.addAll(sent);
              return Map.of();
            });
  }

  private static String event(int schemas) {
    ObjectNode event = Json.object();
    IntStream.range(0, schemas).forEach(i -> event.withArray("schemas").add("s" + i));
    return event.toString();
  }

  /** Delivers every message for the nth time; returns how many have to be delivered again. */
  private int deliver(int receiveCount) {
    return deliver(messages, receiveCount, scripts(2), 60_000);
  }

  private int deliver(
      List<MessageQueue.Message> sent, int receiveCount, Scripts scripts, int millis) {
    SQSEvent event = new SQSEvent();
    event.setRecords(sent.stream().map(m -> record(m, receiveCount)).toList());
    SQSBatchResponse response =
        new MigrateWorkerHandler(() -> database.sessions(), settings, () -> scripts)
            .handleRequest(event, new FakeContext(millis));
    return response.getBatchItemFailures().size();
  }

  private static SQSEvent.SQSMessage record(MessageQueue.Message message, int receiveCount) {
    SQSEvent.SQSMessage record = new SQSEvent.SQSMessage();
    record.setMessageId("m" + System.identityHashCode(message));
    record.setEventSource("aws:sqs");
    record.setBody(message.body());
    record.setAttributes(Map.of("ApproximateReceiveCount", Integer.toString(receiveCount)));
    return record;
  }

  @Test
  void migratesTheSchemasThatWereSent() {
    JsonNode sent = database.migrate(scripts(2), event(120));
    assertThat(sent.path("sent").intValue()).isEqualTo(120);
    assertThat(messages).hasSize(2);
    assertThat(number("SELECT count(*) FROM warmpool.tenants")).isZero();
    assertThat(deliver(1)).isZero();
    assertThat(number("SELECT count(*) FROM warmpool.tenants WHERE version = 2")).isEqualTo(120);
    JsonNode report = database.migrate(scripts(2), "{\"run\":" + sent.path("run") + "}");
    assertThat(report.path("done").intValue()).isEqualTo(120);
    assertThat(report.path("complete").booleanValue()).isTrue();
  }

  @Test
  void migratesAFewSchemasByItself() {
    assertThat(database.migrate(scripts(2), event(5)).path("migrated").intValue()).isEqualTo(5);
    assertThat(messages).isEmpty();
  }

  @Test
  void sendsABrokenSchemaToTheDeadLettersWithItsReason() {
    execute("CREATE SCHEMA s3; CREATE TABLE s3.items (id int)");
    database.migrate(scripts(2), event(6));
    assertThat(deliver(1)).isEqualTo(1);
    assertThat(deliver(3)).isZero();
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).attributes())
        .containsEntry("reason", "relation \"items\" already exists")
        .containsEntry("SQLSTATE", "42P07");
    assertThat(number("SELECT count(*) FROM warmpool.tenants WHERE version = 2")).isEqualTo(5);
  }

  /** It would be sent on without end. */
  @Test
  void givesUpASchemaWhoseScriptTakesTooLong() {
    database.migrate(scripts(2), event(6));
    Scripts slow = new Scripts(List.of(script(1, "SELECT pg_sleep(60)")));
    List<MessageQueue.Message> sent = List.copyOf(messages);
    messages.clear();
    deliver(sent, 1, slow, 5_000);
    assertThat(messages).isEmpty();
    deliver(sent, 3, slow, 5_000);
    assertThat(letters)
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.attributes())
                    .containsEntry("reason", "no transaction ended in the time of one invocation"));
    assertThat(messages)
        .singleElement()
        .satisfies(rest -> assertThat(rest.body()).doesNotContain("s0"));
  }

  @Test
  void refusesAnEventThatAsksForARunAndForMore() {
    assertThatThrownBy(() -> database.migrate(scripts(1), "{\"run\":\"x\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("run must be a run's id, and the only member of its event");
  }
}

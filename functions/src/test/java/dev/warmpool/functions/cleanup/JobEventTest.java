package dev.warmpool.functions.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEventTest {

  private static JsonNode json(String text) throws IOException {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"detail\":null}",
        "{\"detail\":{}}",
        "{\"detail\":\"\"}",
        "{\"detail\":\"{}\"}",
        "{\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\"}",
        "{\"version\":\"0\",\"source\":\"aws.scheduler\",\"detail\":\"{}\"}"
      })
  void runsTheDefaultJobIfTheEventNamesNone(String event) throws IOException {
    assertThat(JobEvent.of(json(event)))
        .isEqualTo(new JobEvent(Job.PURGE_DELETED_USERS, Duration.ofDays(30), 1_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job\":\"purge-idempotency-keys\"}",
        "{\"detail\":{\"job\":\"purge-idempotency-keys\"}}",
        "{\"detail\":\"{\\\"job\\\":\\\"purge-idempotency-keys\\\"}\"}"
      })
  void runsTheJobThatTheEventNames(String event) throws IOException {
    assertThat(JobEvent.of(json(event)))
        .isEqualTo(new JobEvent(Job.PURGE_IDEMPOTENCY_KEYS, Duration.ZERO, 1_000));
  }

  /** The inputs of the schedules in template.yaml. */
  @Test
  void readsTheInputOfEverySchedule() throws IOException {
    String template = Files.readString(Path.of("../template.yaml"));
    List<String> inputs =
        Pattern.compile("Input: '(.*)'").matcher(template).results().map(m -> m.group(1)).toList();
    assertThat(inputs).hasSize(Job.values().length);
    for (String input : inputs) {
      assertThat(input).contains(JobEvent.of(json(input)).job().title());
    }
  }

  @Test
  void reportsEveryFault() {
    assertThatThrownBy(
            () ->
                JobEvent.of(
                    json(
                        "{\"detail\":{\"job\":\"x\",\"retention\":\"P1M\",\"batchSize\":0,"
                            + "\"size\":1}}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "size is unknown: must be one of [batchSize, job, retention]; job must be one of"
                + " purge-deleted-users, purge-idempotency-keys; retention must be an ISO-8601"
                + " duration without months or years, such as P30D, of at most 36525 days;"
                + " batchSize must be a whole number from 1 to 10000");
  }

  @Test
  void refusesADetailThatIsNotAnObject() {
    assertThatThrownBy(() -> JobEvent.of(json("{\"detail\":[1]}")))
        .hasMessage("detail must be a JSON object");
  }
}

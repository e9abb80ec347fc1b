package dev.warmpool.functions.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEventTest {

  private static JsonNode json(String text) throws IOException {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JobEvent event(String text) throws IOException {
    return JobEvent.of(ScheduledDetail.of(json(text)));
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
    assertThat(event(event).job().title()).isEqualTo("purge-deleted-users");
    assertThat(event(event).parameters()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job\":\"purge-idempotency-keys\",\"batchSize\":5}",
        "{\"detail\":{\"job\":\"purge-idempotency-keys\",\"batchSize\":5}}",
        "{\"detail\":\"{\\\"job\\\":\\\"purge-idempotency-keys\\\",\\\"batchSize\\\":5}\"}"
      })
  void runsTheJobThatTheEventNames(String event) throws IOException {
    assertThat(event(event).job().title()).isEqualTo("purge-idempotency-keys");
    assertThat(event(event).parameters()).hasToString("{\"batchSize\":5}");
  }

  /** The inputs of the schedules in template.yaml. */
  @Test
  void readsTheInputOfEverySchedule() throws IOException {
    String template = Files.readString(Path.of("../template.yaml"));
    List<String> inputs =
        Pattern.compile("Input: '(.*)'").matcher(template).results().map(m -> m.group(1)).toList();
    assertThat(inputs).isNotEmpty();
    for (String input : inputs) {
      assertThat(input).contains('"' + event(input).job().title() + '"');
    }
  }

  @Test
  void reportsEveryFault() {
    assertThatThrownBy(
            () ->
                event(
                    "{\"detail\":{\"job\":\"x\",\"retention\":\"P1M\",\"batchSize\":0,"
                        + "\"size\":1}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "size is unknown: must be one of [batchSize, job, retention]; job must be one of "
                + Jobs.titles()
                + "; retention must be an ISO-8601 duration without months or years, such as P30D,"
                + " of at most 36525 days; batchSize must be a whole number from 1 to 10000");
  }

  @Test
  void refusesParametersOfAnotherJob() {
    assertThatThrownBy(() -> event("{\"job\":\"report-connections\",\"retention\":\"P1D\"}"))
        .hasMessage("retention is unknown: must be one of [job, terminateIdleLongerThan]");
  }

  @Test
  void refusesADetailThatIsNotAnObject() {
    assertThatThrownBy(() -> event("{\"detail\":[1]}")).hasMessage("detail must be a JSON object");
  }
}

package dev.warmpool.functions.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEventTest {

  private static JsonNode json(String text) throws IOException {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"detail\":null}", "{\"detail\":{}}", "{\"detail\":\"{}\"}"})
  void runsTheDefaultJobWhereNoneIsNamed(String event) throws IOException {
    assertThat(JobEvent.of(json(event)))
        .isEqualTo(new JobEvent("purge-deleted-users", Duration.ofDays(30), 1_000));
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
            "detail.size is no parameter: job, retention, batchSize are; detail.job is 'x': must be"
                + " one of purge-deleted-users; detail.retention is 'P1M': must be ISO-8601 in"
                + " days or less, like P30D; detail.batchSize is 0: must be a whole number from 1"
                + " to 10000");
  }

  @Test
  void takesNoDetailThatIsNoObject() {
    assertThatThrownBy(() -> JobEvent.of(json("{\"detail\":[1]}")))
        .hasMessage("detail is [1]: must be an object");
  }
}

package dev.warmpool.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00.000Z",
    "1795864584007, 2026-11-28T11:16:24.007Z",
    "951782399999, 2000-02-28T23:59:59.999Z",
    "951782400000, 2000-02-29T00:00:00.000Z",
    "-1, 1969-12-31T23:59:59.999Z"
  })
  void hasAllDigits(long millis, String text) {
    assertThat(Timestamp.text(millis)).isEqualTo(text);
  }

  @Test
  void isOfItsOwnTimeAlsoLaterOnTheSameDay() {
    assertThat(Timestamp.text(1795864584007L)).isEqualTo("2026-11-28T11:16:24.007Z");
    assertThat(Timestamp.text(1795910399999L)).isEqualTo("2026-11-28T23:59:59.999Z");
    assertThat(Timestamp.text(1795910400000L)).isEqualTo("2026-11-29T00:00:00.000Z");
  }

  @Test
  void isTheTimeThatWasMeant() {
    new Random(1)
        .longs(1_000, 0, 4_102_444_800_000L)
        .forEach(
            millis ->
                assertThat(Instant.parse(Timestamp.text(millis)))
                    .isEqualTo(Instant.ofEpochMilli(millis)));
  }
}

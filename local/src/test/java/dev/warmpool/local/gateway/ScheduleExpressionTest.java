package dev.warmpool.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.ScheduleDefinition;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleExpressionTest {

  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-01-30T22:10:30Z");

  private static ScheduleExpression expression(String text, String zone) {
    return ScheduleExpression.of(new ScheduleDefinition("S", "F", text, zone, null, true, true));
  }

  @ParameterizedTest
  @CsvSource({
    "rate(5 minutes), UTC, 2026-01-30T22:15:30Z",
    "rate(1 hour), UTC, 2026-01-30T23:10:30Z",
    "rate(2 days), UTC, 2026-02-01T22:10:30Z",
    "cron(0 3 * * ? *), UTC, 2026-01-31T03:00:00Z",
    "cron(0 3 * * ? *), Europe/Berlin, 2026-01-31T02:00:00Z",
    "cron(0/15 * * * ? *), UTC, 2026-01-30T22:15:00Z",
    "cron(0 8 ? * MON-FRI *), UTC, 2026-02-02T08:00:00Z",
    "cron(0 8 L * ? *), UTC, 2026-01-31T08:00:00Z",
    "cron(0 8 ? * 2#1 2027), UTC, 2027-01-04T08:00:00Z",
    "at(2026-03-01T08:00:00), America/New_York, 2026-03-01T13:00:00Z"
  })
  void findsTheNextTime(String text, String zone, String next) {
    assertThat(expression(text, zone).next(NOW).orElseThrow().toInstant())
        .isEqualTo(ZonedDateTime.parse(next).toInstant());
  }

  @Test
  void firesAnAtExpressionOnce() {
    assertThat(expression("at(2026-01-30T22:10:30)", "UTC").next(NOW)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hourly",
        "rate(0 days)",
        "rate(5 weeks)",
        "cron(* * *)",
        "cron(99 * * * ? *)",
        "at(now)"
      })
  void refusesAnInvalidExpression(String text) {
    assertThatThrownBy(() -> expression(text, "UTC"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(
            "the schedule S has the expression '" + text + "': must be like rate(5 minutes)");
  }
}

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
    "cron(0 8 ? * L *), UTC, 2026-01-31T08:00:00Z",
    "cron(0 8 ? * 6L *), UTC, 2026-02-27T08:00:00Z",
    "cron(0 8 ? * FRI#2 *), UTC, 2026-02-13T08:00:00Z",
    "cron(0 8 1W * ? *), UTC, 2026-02-02T08:00:00Z",
    "cron(0 8 15W 8 ? *), UTC, 2026-08-14T08:00:00Z",
    "cron(0 8 31W 5 ? *), UTC, 2026-05-29T08:00:00Z",
    "cron(0 8 LW * ? *), UTC, 2026-02-27T08:00:00Z",
    "cron(0 8 29 2 ? *), UTC, 2028-02-29T08:00:00Z",
    "cron(0/30 20-2 ? * MON-FRI *), UTC, 2026-01-30T22:30:00Z",
    "cron(5/10 * * * ? *), UTC, 2026-01-30T22:15:00Z",
    "'cron(5,35 14 * * ? *)', UTC, 2026-01-31T14:05:00Z",
    "'cron(0 8 ? JAN,MAR SUN *)', UTC, 2026-03-01T08:00:00Z",
    "cron(15 10 ? * 6L 2027-2029), UTC, 2027-01-29T10:15:00Z",
    "cron(0 8 1/10 * ? *), UTC, 2026-01-31T08:00:00Z",
    "cron(0 0 1 1 ? 2100-2199), UTC, 2100-01-01T00:00:00Z",
    "at(2026-03-01T08:00:00), America/New_York, 2026-03-01T13:00:00Z"
  })
  void findsTheNextTime(String text, String zone, String next) {
    assertThat(expression(text, zone).next(NOW).orElseThrow().toInstant())
        .isEqualTo(ZonedDateTime.parse(next).toInstant());
  }

  /** The clocks of Berlin go from 2 to 3 on 29 March 2026 and from 3 back to 2 on 25 October. */
  @ParameterizedTest
  @CsvSource({
    "cron(30 2 * * ? *), 2026-03-28T12:00:00Z, 2026-03-30T00:30:00Z",
    "cron(0/30 * * * ? *), 2026-03-29T00:45:00Z, 2026-03-29T01:00:00Z",
    "cron(0 3 * * ? *), 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z",
    "cron(30 2 * * ? *), 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
    "cron(30 2 * * ? *), 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
    "cron(0/30 * * * ? *), 2026-10-25T00:30:00Z, 2026-10-25T02:00:00Z",
    "rate(1 day), 2026-03-28T12:00:00Z, 2026-03-29T12:00:00Z",
    "at(2026-10-25T02:30:00), 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z"
  })
  void skipsTimesThatDoNotExistAndRepeatsNone(String text, ZonedDateTime now, ZonedDateTime next) {
    assertThat(expression(text, "Europe/Berlin").next(now).orElseThrow().toInstant())
        .isEqualTo(next.toInstant());
  }

  @Test
  void endsWithItsLastYear() {
    assertThat(expression("cron(0 8 * * ? 2025)", "UTC").next(NOW)).isEmpty();
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
        "rate(1 hours)",
        "rate(5 hour)",
        "cron(0 8 * * ?)",
        "cron(0 8 * * * *)",
        "cron(0 8 1 * MON *)",
        "cron(0 8 ? * ? *)",
        "cron(0 8 ? * 3#1,6#3 *)",
        "cron(0 0 8 * * ? *)",
        "cron(0 8 * * ? 1969)",
        "at(2026-01-31)",
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

  /** The timer's clock and the system's can differ. */
  @Test
  void comesOnceThoughTheClockSaysAnEarlierTime() {
    ScheduleExpression daily = expression("cron(0 3 * * ? *)", "UTC");
    ZonedDateTime due = daily.next(NOW).orElseThrow();
    assertThat(daily.next(ScheduleTimer.later(due, due.minusNanos(300_000))))
        .contains(due.plusDays(1));
  }
}

package dev.warmpool.local.gateway;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.ScheduleDefinition;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An EventBridge schedule expression: {@code rate(5 minutes)}, {@code cron(0 3 * * ? *)} or {@code
 * at(2026-01-31T08:00:00)}. Immutable.
 */
@FunctionalInterface
interface ScheduleExpression {

  /** The next time after the given one; empty if there is none. */
  Optional<ZonedDateTime> next(ZonedDateTime after);

  /**
   * Parses a schedule's expression.
   *
   * @throws StartupException if it is invalid
   */
  static ScheduleExpression of(ScheduleDefinition schedule) {
    Matcher form = Forms.ALL.matcher(schedule.expression().strip());
    try {
      if (form.matches()) {
        ZoneId zone = ZoneId.of(schedule.zone());
        return switch (form.group(1)) {
          case "rate" -> rate(form.group(2));
          case "cron" -> cron(form.group(2), zone);
          default -> at(LocalDateTime.parse(form.group(2)).atZone(zone));
        };
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new StartupException(fault(schedule) + " (" + e.getMessage() + ")", e);
    }
    throw new StartupException(fault(schedule));
  }

  private static String fault(ScheduleDefinition schedule) {
    return "the schedule %s has the expression '%s': must be like rate(5 minutes), cron(0 3 * * ? *) or"
            .formatted(schedule.name(), schedule.expression())
        + " at(2026-01-31T08:00:00)";
  }

  private static ScheduleExpression rate(String text) {
    Matcher rate = Forms.RATE.matcher(text);
    if (!rate.matches()) {
      throw new IllegalArgumentException("a rate is a whole number of minutes, hours or days");
    }
    long number = Long.parseLong(rate.group(1));
    if (number == 1 == rate.group(3).equals("s")) {
      throw new IllegalArgumentException("the unit is singular after 1 and else plural");
    }
    Duration every =
        switch (rate.group(2)) {
          case "minute" -> Duration.ofMinutes(number);
          case "hour" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return after -> Optional.of(after.plus(every));
  }

  private static ScheduleExpression cron(String fields, ZoneId zone) {
    CronExpression cron = CronExpression.parse(fields);
    return after -> next(cron, zone, after);
  }

  /** A time that a change of the clocks leaves out is skipped; one that it repeats counts once. */
  private static Optional<ZonedDateTime> next(
      CronExpression cron, ZoneId zone, ZonedDateTime after) {
    Optional<LocalDateTime> local = cron.next(after.withZoneSameInstant(zone).toLocalDateTime());
    while (local.isPresent()) {
      ZonedDateTime time = local.get().atZone(zone); // the earlier of two
      if (time.toLocalDateTime().equals(local.get()) && time.isAfter(after)) {
        return Optional.of(time);
      }
      local = cron.next(local.get());
    }
    return Optional.empty();
  }

  private static ScheduleExpression at(ZonedDateTime once) {
    return after -> Optional.of(once).filter(time -> time.isAfter(after));
  }

  /** The syntax of expressions. */
  final class Forms {

    private static final Pattern ALL = Pattern.compile("(rate|cron|at)\\((.+)\\)");
    private static final Pattern RATE = Pattern.compile("([1-9]\\d{0,8}) +(minute|hour|day)(s?)");

    private Forms() {}
  }
}

package dev.warmpool.local.gateway;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A cron expression of EventBridge: minutes, hours, days of the month, months, days of the week and
 * years. Immutable.
 */
final class CronExpression {

  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet months;
  private final BitSet years;
  private final Predicate<LocalDate> days;

  private CronExpression(String[] fields) {
    this.minutes = CronField.MINUTES.values(fields[0]);
    this.hours = CronField.HOURS.values(fields[1]);
    this.months = CronField.MONTHS.values(fields[3]);
    this.years = CronField.YEARS.values(fields[5]);
    this.days = fields[2].equals("?") ? CronDays.ofWeek(fields[4]) : CronDays.ofMonth(fields[2]);
  }

  /**
   * Parses the fields.
   *
   * @throws IllegalArgumentException if they are invalid
   */
  static CronExpression parse(String text) {
    String[] fields = text.strip().split("\\s+");
    if (fields.length != 6) {
      throw new IllegalArgumentException("a cron expression has six fields");
    }
    if (fields[2].equals("?") == fields[4].equals("?")) {
      throw new IllegalArgumentException(
          "one of the days of the month and the days of the week is ?, the other is not");
    }
    return new CronExpression(fields);
  }

  /** The next time after the given one; empty if there is none. */
  Optional<LocalDateTime> next(LocalDateTime after) {
    LocalDate date = after.toLocalDate();
    Optional<LocalTime> time = time(after.toLocalTime());
    if (matches(date) && time.isPresent()) {
      return Optional.of(date.atTime(time.get()));
    }
    for (date = date.plusDays(1); date.getYear() < years.length(); date = date.plusDays(1)) {
      if (matches(date)) {
        return Optional.of(date.atTime(hours.nextSetBit(0), minutes.nextSetBit(0)));
      }
    }
    return Optional.empty();
  }

  private boolean matches(LocalDate date) {
    return years.get(date.getYear()) && months.get(date.getMonthValue()) && days.test(date);
  }

  /** The next time of the same day. */
  private Optional<LocalTime> time(LocalTime after) {
    int minute = minutes.nextSetBit(after.getMinute() + 1);
    if (hours.get(after.getHour()) && minute >= 0) {
      return Optional.of(LocalTime.of(after.getHour(), minute));
    }
    int hour = hours.nextSetBit(after.getHour() + 1);
    return hour < 0 ? Optional.empty() : Optional.of(LocalTime.of(hour, minutes.nextSetBit(0)));
  }
}

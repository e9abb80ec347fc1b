package dev.warmpool.local.gateway;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the fields of a cron expression that choose days. */
final class CronDays {

  private static final Pattern NEAREST_WEEKDAY = Pattern.compile("(\\d{1,2})W");
  private static final Pattern LAST = Pattern.compile("(\\w+)L");
  private static final Pattern NUMBERED = Pattern.compile("(\\w+)#([1-5])");

  private CronDays() {}

  /** The field of days of the month: lists, {@code L}, {@code LW} and {@code 15W}. */
  static Predicate<LocalDate> ofMonth(String field) {
    return Arrays.stream(field.toUpperCase(Locale.ROOT).split(",", -1))
        .map(CronDays::dayOfMonth)
        .reduce(date -> false, Predicate::or);
  }

  private static Predicate<LocalDate> dayOfMonth(String element) {
    if (element.equals("L")) {
      return date -> date.getDayOfMonth() == date.lengthOfMonth();
    }
    if (element.equals("LW")) {
      return date -> date.equals(nearestWeekday(date.withDayOfMonth(date.lengthOfMonth())));
    }
    Matcher nearest = NEAREST_WEEKDAY.matcher(element);
    if (nearest.matches()) {
      int day = CronField.DAYS.value(nearest.group(1));
      return date ->
          day <= date.lengthOfMonth() && date.equals(nearestWeekday(date.withDayOfMonth(day)));
    }
    BitSet days = CronField.DAYS.values(element);
    return date -> days.get(date.getDayOfMonth());
  }

  /** The weekday nearest to a day, in the same month. */
  private static LocalDate nearestWeekday(LocalDate day) {
    return switch (day.getDayOfWeek()) {
      case SATURDAY -> day.plusDays(day.getDayOfMonth() == 1 ? 2 : -1);
      case SUNDAY -> day.plusDays(day.getDayOfMonth() == day.lengthOfMonth() ? -2 : 1);
      default -> day;
    };
  }

  /**
   * The field of days of the week: lists, {@code L} for Saturday, {@code 6L} for the month's last
   * Friday and {@code 3#2} for its second Tuesday.
   */
  static Predicate<LocalDate> ofWeek(String field) {
    Matcher numbered = NUMBERED.matcher(field);
    if (numbered.matches()) {
      int number = Integer.parseInt(numbered.group(2));
      return on(numbered.group(1)).and(date -> (date.getDayOfMonth() + 6) / 7 == number);
    }
    Matcher last = LAST.matcher(field);
    if (last.matches()) {
      return on(last.group(1)).and(CronDays::isLastOfItsKind);
    }
    BitSet days = CronField.WEEKDAYS.values(field.equals("L") ? "7" : field);
    return date -> days.get(number(date));
  }

  private static Predicate<LocalDate> on(String weekday) {
    int day = CronField.WEEKDAYS.value(weekday);
    return date -> number(date) == day;
  }

  private static boolean isLastOfItsKind(LocalDate date) {
    DayOfWeek day = date.getDayOfWeek();
    return date.equals(date.with(TemporalAdjusters.lastInMonth(day)));
  }

  /** The number of a day from Sunday, which is 1. */
  private static int number(LocalDate date) {
    return date.getDayOfWeek().getValue() % 7 + 1;
  }
}

package dev.warmpool.functions.log;

import java.time.LocalDate;

/**
 * A time in UTC to the millisecond, such as {@code 2026-11-28T11:16:24.531Z}, as {@link
 * java.time.Instant} prints it. The JDK's formatter is not used: it loads 100 classes. Thread-safe.
 */
final class Timestamp {

  private static final long DAY = 86_400_000;

  /** Of the last text, because the next one is nearly always of the same day. */
  private static volatile Day last = new Day(0, "1970-01-01T");

  private Timestamp() {}

  /**
   * A day.
   *
   * @param number since 1970
   * @param text of a time up to the hour
   */
  private record Day(long number, String text) {}

  private static Day day(long number) {
    Day day = last;
    if (day.number() != number) {
      day = new Day(number, LocalDate.ofEpochDay(number) + "T");
      last = day;
    }
    return day;
  }

  /** The text of a time in milliseconds since 1970. */
  static String text(long millis) {
    int time = (int) Math.floorMod(millis, DAY);
    StringBuilder text = new StringBuilder(24);
    text.append(day(Math.floorDiv(millis, DAY)).text());
    digits(text, time / 3_600_000, 10);
    digits(text.append(':'), time / 60_000 % 60, 10);
    digits(text.append(':'), time / 1_000 % 60, 10);
    digits(text.append('.'), time % 1_000, 100);
    return text.append('Z').toString();
  }

  private static void digits(StringBuilder text, int number, int highest) {
    for (int place = highest; place > 0; place /= 10) {
      text.append((char) ('0' + number / place % 10));
    }
  }
}

package dev.warmpool.functions.log;

import java.time.LocalDate;

/**
 * A time in UTC to the millisecond, such as {@code 2026-11-28T11:16:24.531Z}, as {@link
 * java.time.Instant} prints it. The JDK's formatter is not used: it loads 100 classes. Stateless.
 */
final class Timestamp {

  private static final long DAY = 86_400_000;

  private Timestamp() {}

  /** The text of a time in milliseconds since 1970. */
  static String text(long millis) {
    int time = (int) Math.floorMod(millis, DAY);
    StringBuilder text = new StringBuilder(24);
    text.append(LocalDate.ofEpochDay(Math.floorDiv(millis, DAY)));
    digits(text.append('T'), time / 3_600_000, 10);
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

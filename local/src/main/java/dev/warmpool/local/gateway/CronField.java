package dev.warmpool.local.gateway;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that a field of a cron expression may have. Immutable.
 *
 * @param name name of the field for messages
 * @param min smallest value
 * @param max largest value
 * @param names names of the values from the smallest; empty if they have none
 */
record CronField(String name, int min, int max, List<String> names) {

  static final CronField MINUTES = new CronField("minutes", 0, 59, List.of());
  static final CronField HOURS = new CronField("hours", 0, 23, List.of());
  static final CronField DAYS = new CronField("days of the month", 1, 31, List.of());
  static final CronField MONTHS =
      new CronField(
          "months",
          1,
          12,
          List.of(
              "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"));
  static final CronField WEEKDAYS =
      new CronField(
          "days of the week", 1, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));
  static final CronField YEARS = new CronField("years", 1970, 2199, List.of());

  private static final Pattern RANGE =
      Pattern.compile("(?:\\*|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,4}))?");

  /**
   * The values of a list of numbers, names, ranges and steps.
   *
   * @throws IllegalArgumentException if it is none
   */
  BitSet values(String list) {
    BitSet values = new BitSet();
    for (String element : list.split(",", -1)) {
      Matcher range = RANGE.matcher(element);
      if (!range.matches()) {
        throw fault(element);
      }
      String step = range.group(3);
      int from = range.group(1) == null ? min : value(range.group(1));
      boolean single = range.group(1) != null && range.group(2) == null && step == null;
      int to = range.group(2) == null ? (single ? from : max) : value(range.group(2));
      add(values, from, to, step == null ? 1 : Integer.parseInt(step));
    }
    return values;
  }

  /** A range whose end is before its start goes on at the smallest value. */
  private void add(BitSet values, int from, int to, int step) {
    if (step == 0) {
      throw fault("/0");
    }
    int size = max - min + 1;
    int length = to < from ? to - from + size : to - from;
    for (int i = 0; i <= length; i += step) {
      values.set(min + (from - min + i) % size);
    }
  }

  /** The value of a number or a name. */
  int value(String text) {
    int named = names.indexOf(text.toUpperCase(Locale.ROOT));
    if (named >= 0) {
      return min + named;
    }
    if (text.matches("\\d{1,4}")
        && Integer.parseInt(text) >= min
        && Integer.parseInt(text) <= max) {
      return Integer.parseInt(text);
    }
    throw fault(text);
  }

  IllegalArgumentException fault(String text) {
    return new IllegalArgumentException(
        "'%s' is no value of %s from %d to %d".formatted(text, name, min, max));
  }
}

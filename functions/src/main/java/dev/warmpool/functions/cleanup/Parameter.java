package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A parameter of jobs: a member of the event, its rule and its default. Immutable.
 *
 * @param <T> the class of its values
 */
final class Parameter<T> {

  /** PostgreSQL can subtract it from every date that this program can meet. */
  private static final Duration MAX_DURATION = Duration.ofDays(36_525);

  private static final String DURATION =
      "an ISO-8601 duration without months or years, such as P30D, of at most 36525 days";

  private final String name;
  private final String rule;
  private final T byDefault;
  private final Function<JsonNode, Optional<T>> reader;

  private Parameter(String name, String rule, T byDefault, Function<JsonNode, Optional<T>> reader) {
    this.name = name;
    this.rule = rule;
    this.byDefault = byDefault;
    this.reader = reader;
  }

  /** Returns a duration from zero to 100 years. */
  static Parameter<Duration> duration(String name, Duration byDefault) {
    return new Parameter<>(name, DURATION, byDefault, Parameter::duration);
  }

  /** Returns a duration from zero to 100 years that is empty if the event has none. */
  static Parameter<Optional<Duration>> optionalDuration(String name) {
    return new Parameter<>(
        name, DURATION, Optional.empty(), text -> duration(text).map(Optional::of));
  }

  /** Returns a whole number from 1 on. */
  static Parameter<Integer> count(String name, int most, int byDefault) {
    return new Parameter<>(
        name,
        "a whole number from 1 to " + most,
        byDefault,
        number ->
            number.isInt() && number.intValue() >= 1 && number.intValue() <= most
                ? Optional.of(number.intValue())
                : Optional.empty());
  }

  /** Returns the name of its member. */
  String name() {
    return name;
  }

  /**
   * Returns the value, or the default if there is no such member.
   *
   * @throws IllegalArgumentException if the value breaks the rule; the message does not quote it
   */
  T in(JsonNode parameters) {
    JsonNode value = parameters.path(name);
    return value.isMissingNode()
        ? byDefault
        : reader
            .apply(value)
            .orElseThrow(() -> new IllegalArgumentException(name + " must be " + rule));
  }

  private static Optional<Duration> duration(JsonNode text) {
    try {
      Duration duration = parsed(String.valueOf(text.textValue()));
      return duration.isNegative() || duration.compareTo(MAX_DURATION) > 0
          ? Optional.empty()
          : Optional.of(duration);
    } catch (DateTimeParseException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Duration parsed(String text) {
    return text.startsWith("PT") ? Duration.parse(text) : Duration.ofDays(days(Period.parse(text)));
  }

  private static long days(Period period) {
    if (period.toTotalMonths() != 0) {
      throw new ArithmeticException("a month has no fixed length");
    }
    return period.getDays();
  }
}

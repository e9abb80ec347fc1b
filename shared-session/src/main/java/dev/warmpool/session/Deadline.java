package dev.warmpool.session;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * The moment at which a unit of work must have ended, on the wall clock, so that time spent frozen
 * counts. Immutable.
 *
 * @param at the moment; any that {@link Instant} can hold
 * @param grace how long a session that has not ended at that moment may take to cancel its
 *     statement, roll back and close its connection: more than 0, at most 400 ms. A shorter grace
 *     shortens each of these steps in proportion
 */
public record Deadline(Instant at, Duration grace) {

  /**
   * The longest grace, which {@code new Deadline(at)} gives: it leaves 100 ms of the 500 ms that an
   * invocation keeps back for making and sending the response.
   */
  public static final Duration MAX_GRACE = Duration.ofMillis(400);

  /**
   * Checks the grace.
   *
   * @throws IllegalArgumentException if the grace is out of range
   */
  public Deadline {
    Objects.requireNonNull(at, "the moment of a deadline is null");
    Objects.requireNonNull(grace, "the grace of a deadline is null");
    if (grace.isZero() || grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
      throw new IllegalArgumentException(
          "the grace of a deadline is " + grace + ": must be more than 0, at most " + MAX_GRACE);
    }
  }

  /** The deadline at this moment, with the longest grace. */
  public Deadline(Instant at) {
    this(at, MAX_GRACE);
  }

  /**
   * The deadline that is {@code remaining} away from now, with the longest grace. A negative
   * duration gives a deadline in the past, one that passes {@link Instant#MAX} a deadline there.
   */
  public static Deadline after(Duration remaining) {
    Objects.requireNonNull(remaining, "the time until a deadline is null");
    try {
      return new Deadline(Instant.now().plus(remaining));
    } catch (DateTimeException | ArithmeticException beyond) {
      return new Deadline(remaining.isNegative() ? Instant.MIN : Instant.MAX);
    }
  }

  /** The time that is left: zero once the deadline has passed, never negative. */
  public Duration remaining() {
    Duration remaining = Duration.between(Instant.now(), at);
    return remaining.isNegative() ? Duration.ZERO : remaining;
  }

  /** Whether no time is left. */
  public boolean isPast() {
    return remaining().isZero();
  }
}

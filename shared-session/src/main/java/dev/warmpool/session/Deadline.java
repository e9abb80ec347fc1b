package dev.warmpool.session;

import java.time.Duration;
import java.time.Instant;

/**
 * The moment by which a unit of work has to be over, on the wall clock, so that time spent frozen
 * counts. Immutable.
 *
 * @param at the moment itself
 */
public record Deadline(Instant at) {

  /** The deadline that is {@code remaining} away from now; a negative duration is already past. */
  public static Deadline after(Duration remaining) {
    return new Deadline(Instant.now().plus(remaining));
  }

  /** What is left of it: zero once it is past, never negative. */
  public Duration remaining() {
    Duration remaining = Duration.between(Instant.now(), at);
    return remaining.isNegative() ? Duration.ZERO : remaining;
  }

  /** Whether nothing is left of it. */
  public boolean isPast() {
    return remaining().isZero();
  }
}

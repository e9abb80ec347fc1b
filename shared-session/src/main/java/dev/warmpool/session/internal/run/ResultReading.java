package dev.warmpool.session.internal.run;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Sinks;

/**
 * How far a {@link GuardedResult} is read. Thread-safe; one for each result of the driver.
 *
 * @param taken whether a reader has been subscribed
 * @param over completes when the reader has ended
 * @param left whether the reader's subscriber has left, so that no more rows are mapped
 * @param session told of the reader's errors
 */
record ResultReading(
    AtomicBoolean taken, Sinks.Empty<Void> over, AtomicBoolean left, SessionStatements session) {

  /** Of a result that is not read yet. */
  static ResultReading none(SessionStatements session) {
    return new ResultReading(new AtomicBoolean(), Sinks.empty(), new AtomicBoolean(), session);
  }
}

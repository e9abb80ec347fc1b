package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** One COMMIT and what is known of its outcome. Confined to one session. */
final class Commit {

  /** How long cancelling, and then the answer to what was cancelled, may take. */
  private static final Duration STOP_LIMIT = Duration.ofMillis(150);

  private final String session;
  private final Lease lease;
  private final Alarms alarms;
  private final AtomicBoolean acknowledged = new AtomicBoolean();

  Commit(String session, Lease lease, Alarms alarms) {
    this.session = session;
    this.lease = lease;
    this.alarms = alarms;
  }

  /**
   * Sends it; completes when it and the reset behind it were acknowledged. Fails with the
   * database's error where the transaction was refused, with {@link CommitOutcomeUnknownException}
   * where no answer came. A reset that fails behind an acknowledged commit costs only the
   * connection.
   */
  Mono<Void> within(Duration limit) {
    Mono<Void> answer = lease.commit(() -> acknowledged.set(true)).cache();
    return alarms
        .bound(answer, limit)
        .onErrorResume(TimeoutException.class, late -> stopped(answer))
        .onErrorResume(this::outcome);
  }

  /** What a deferred constraint does at COMMIT, no time-out of the server bounds; a cancel does. */
  private Mono<Void> stopped(Mono<Void> answer) {
    return lease.cancelStatement(STOP_LIMIT).then(alarms.bound(answer, STOP_LIMIT));
  }

  private Mono<Void> outcome(Throwable errors) {
    Throwable error = Exceptions.unwrapMultiple(errors).get(0);
    if (acknowledged.get()) {
      lease.breakOff();
      return Mono.empty();
    }
    if (Failures.isConnectionLoss(error) || error instanceof TimeoutException) {
      lease.breakOff();
      return Mono.error(
          new CommitOutcomeUnknownException(
              session
                  + " sent COMMIT and got no answer ("
                  + Failures.shortly(error)
                  + "): look at the data before doing the work again",
              error));
    }
    return Mono.error(error);
  }
}

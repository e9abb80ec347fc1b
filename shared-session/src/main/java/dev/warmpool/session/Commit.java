package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** One COMMIT with the reset right behind it, and what is known of its outcome. Used once. */
final class Commit {

  /** How long cancelling, and then the answer to what was cancelled, may take. */
  private static final Duration STOP_LIMIT = Duration.ofMillis(150);

  private final SessionOptions options;
  private final Lease lease;
  private final Alarms alarms;
  private final AtomicInteger unanswered = new AtomicInteger(2);
  private final Disposable.Swap alarm = Disposables.swap();
  private volatile @Nullable Throwable refusal;

  Commit(SessionOptions options, Lease lease, Alarms alarms) {
    this.options = options;
    this.lease = lease;
    this.alarms = alarms;
  }

  /**
   * Sends both; completes when both were answered. Fails with the database's error where the
   * transaction was refused, with {@link CommitOutcomeUnknownException} where no answer came. A
   * reset that fails behind an acknowledged commit costs only the connection.
   */
  Mono<Void> within(Duration limit) {
    return Mono.create(
        sink -> {
          sink.onDispose(alarm);
          alarm.update(alarms.in(limit, () -> stop(sink)));
          lease.commit().subscribe(nothing -> {}, error -> refused(error, sink), () -> one(sink));
          lease.reset().subscribe(nothing -> {}, error -> one(sink), () -> one(sink));
        });
  }

  private void refused(Throwable error, MonoSink<Void> sink) {
    refusal = error;
    one(sink);
  }

  private void one(MonoSink<Void> sink) {
    if (unanswered.decrementAndGet() == 0) {
      Throwable error = refusal;
      if (error == null) {
        sink.success();
      } else {
        sink.error(Failures.isConnectionLoss(error) ? unknown(error) : error);
      }
    }
  }

  /** What a deferred constraint does at COMMIT, no time-out of the server bounds; a cancel does. */
  private void stop(MonoSink<Void> sink) {
    TimeoutException silence = new TimeoutException("no answer to COMMIT, nor to its cancel");
    alarm.update(alarms.in(STOP_LIMIT.multipliedBy(2), () -> sink.error(unknown(silence))));
    lease.cancelStatement(STOP_LIMIT).subscribe();
  }

  private CommitOutcomeUnknownException unknown(Throwable error) {
    lease.breakOff();
    return new CommitOutcomeUnknownException(
        options.named()
            + " sent COMMIT and got no answer ("
            + Failures.shortly(error)
            + "): look at the data before doing the work again",
        error);
  }
}

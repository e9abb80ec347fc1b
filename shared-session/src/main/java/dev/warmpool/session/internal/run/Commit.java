package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.SessionCommit;
import dev.warmpool.session.internal.postgres.SqlStates;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A COMMIT with the reset behind it. Used once. */
final class Commit {

  private final SessionOptions session;
  private final Lease lease;
  private final EventLoops loops;
  private final AtomicInteger unanswered = new AtomicInteger(2);
  private final Disposable.Swap timeout = Disposables.swap();
  private volatile @Nullable Throwable refusal;
  private volatile boolean acknowledged;

  Commit(SessionOptions session, Lease lease, EventLoops loops) {
    this.session = session;
    this.lease = lease;
    this.loops = loops;
  }

  /**
   * Sends COMMIT and the reset; completes when both were answered. Fails with the database's error
   * if COMMIT was refused, with {@link CommitOutcomeUnknownException} if no answer came. A reset
   * that fails behind an acknowledged COMMIT costs only the connection.
   *
   * @param limit after which COMMIT is cancelled
   * @param cancel how long the answer to the cancel may take
   */
  Mono<Void> within(Duration limit, Duration cancel) {
    return Mono.create(
        sink -> {
          sink.onDispose(timeout);
          timeout.update(loops.in(limit, () -> cancel(sink, cancel)));
          SessionCommit commit = lease.connection().commit(session.isolation());
          commit
              .acknowledged()
              .subscribe(nothing -> {}, error -> refused(error, sink), () -> acknowledge(sink));
          commit.reset().subscribe(nothing -> {}, error -> answered(sink), () -> answered(sink));
        });
  }

  private void refused(Throwable error, MonoSink<Void> sink) {
    refusal = error;
    answered(sink);
  }

  private void acknowledge(MonoSink<Void> sink) {
    acknowledged = true;
    answered(sink);
  }

  private void answered(MonoSink<Void> sink) {
    if (unanswered.decrementAndGet() == 0) {
      Throwable error = refusal;
      if (error == null) {
        sink.success();
      } else {
        sink.error(SqlStates.isWithoutAnswer(error) ? unknown(error) : error);
      }
    }
  }

  /** No time-out of the server bounds what deferred constraints do at COMMIT; a cancel does. */
  private void cancel(MonoSink<Void> sink, Duration limit) {
    TimeoutException silence = new TimeoutException("no answer to COMMIT, nor to its cancel");
    timeout.update(loops.in(limit, () -> silent(sink, silence)));
    lease.cancelStatement(limit);
  }

  /** Behind an acknowledged COMMIT only the reset is silent, which costs only the connection. */
  private void silent(MonoSink<Void> sink, TimeoutException silence) {
    if (acknowledged) {
      sink.success();
    } else {
      sink.error(unknown(silence));
    }
  }

  private CommitOutcomeUnknownException unknown(Throwable error) {
    lease.connection().state().markBroken();
    return new CommitOutcomeUnknownException(
        session.label()
            + " sent COMMIT and got no answer ("
            + SqlStates.shortly(error)
            + "): look at the data before doing the work again",
        error);
  }
}

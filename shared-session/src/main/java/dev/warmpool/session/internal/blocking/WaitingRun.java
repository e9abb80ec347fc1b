package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.SessionInterruptedException;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.internal.blocking.Rendezvous.Step;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.WaitEndedException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One blocking session, from its start to its end: does the work on the calling thread, waits there
 * for its statements, and knows whether the session has ended. Used by one thread at a time; the
 * session may be ended from outside.
 */
final class WaitingRun {

  private final SessionOptions options;
  private final SessionWait wait;
  private final OpenStatement open;
  private final Sinks.Empty<Void> ended = Sinks.empty();

  /** Fails with the reason when the session has ended. Its stack trace is made for waiters only. */
  private final Mono<Void> over = ended.asMono().then(Mono.fromRunnable(this::requireRunning));

  private volatile Step.@Nullable End<?> end;
  private Consumer<Throwable> failing = error -> {};

  WaitingRun(EventLoops loops, SessionOptions options) {
    this.options = options;
    this.wait = new SessionWait(loops, options);
    this.open = new OpenStatement(options);
  }

  /** How messages name the session. */
  String label() {
    return options.label();
  }

  private WaitErrors errors() {
    return new WaitErrors(options);
  }

  /** The statement that goes on while the work does other things. */
  OpenStatement open() {
    return open;
  }

  /** Runs the session, and its work again with each retry. */
  @SuppressWarnings("unchecked") // the end is that of the one unit
  <T extends @Nullable Object, E extends Exception> T inSession(
      Units units, Object code, SessionWork<T, E> work) throws E {
    Rendezvous<T> unit = new Rendezvous<>(body -> units.unit(options, code, body), this::ended);
    Outcome<T> outcome = Outcome.none();
    Step<T> step = wait.step(unit, () -> wait.start(unit.start()), late -> errors().overdue(late));
    while (step instanceof Step.Enter<T> enter) {
      failing = error -> failed(unit, enter, error);
      outcome = done(enter, work);
      Step.End<?> before = end;
      step = before != null ? (Step<T>) before : left(unit, enter, outcome);
    }
    return result((Step.End<T>) step, outcome);
  }

  private void ended(Step.End<?> last) {
    end = last;
    ended.tryEmitEmpty();
  }

  /** Does the work unless the thread is interrupted, before it or at its end. */
  private <T extends @Nullable Object> Outcome<T> done(
      Step.Enter<T> enter, SessionWork<T, ?> work) {
    if (Thread.currentThread().isInterrupted()) {
      return new Outcome<>(null, errors().interrupted());
    }
    Outcome<T> outcome = Outcome.of(work, new WaitingSession(this, enter.session()));
    boolean undone = outcome.thrown() == null && Thread.currentThread().isInterrupted();
    return undone ? new Outcome<>(null, errors().interrupted()) : outcome;
  }

  private <T> Step<T> left(Rendezvous<T> unit, Step.Enter<T> enter, Outcome<T> outcome) {
    boolean commits = outcome.thrown() == null;
    return leave(
        unit,
        enter,
        outcome,
        late -> commits ? errors().mayHaveCommitted(late) : errors().overdue(late));
  }

  private <T> void failed(Rendezvous<T> unit, Step.Enter<T> enter, Throwable error) {
    leave(unit, enter, new Outcome<>(null, error), late -> errors().overdue(late));
  }

  private <T> Step<T> leave(
      Rendezvous<T> unit,
      Step.Enter<T> enter,
      Outcome<T> outcome,
      Function<WaitEndedException, Throwable> late) {
    return wait.step(unit, () -> wait.next(leaving(unit, enter, outcome)), late);
  }

  private <T> Mono<Void> leaving(Rendezvous<T> unit, Step.Enter<T> enter, Outcome<T> outcome) {
    return Mono.defer(
        () -> {
          open.stop();
          return unit.leave(enter, outcome.signal());
        });
  }

  private static <T extends @Nullable Object, E extends Exception> T result(
      Step.End<T> end, Outcome<T> outcome) throws E {
    Throwable error = end.error();
    if (error != null) {
      throw outcome.<E>failure(error);
    }
    return end.result();
  }

  /** Waits for a unit of work that is one statement, which an interrupt ends. */
  <T> @Nullable T statement(Mono<T> unit) {
    if (Thread.currentThread().isInterrupted()) {
      throw errors().interruptedBefore();
    }
    try {
      return wait.start(unit);
    } catch (WaitEndedException e) {
      throw e.isInterrupt() ? errors().interruptedStatement() : errors().mayHaveCommitted(e);
    }
  }

  /** Runs a part of the work in a savepoint. */
  <T extends @Nullable Object, E extends Exception> T savepoint(
      Session session, SessionWork<T, E> work) throws E {
    Rendezvous<T> part = new Rendezvous<>(session::savepoint, last -> {});
    Outcome<T> outcome = Outcome.none();
    Step<T> step = step(part, part.start());
    if (step instanceof Step.Enter<T> enter) {
      outcome = Outcome.of(work, new WaitingSession(this, enter.session()));
      Throwable thrown = outcome.thrown();
      if (end != null && thrown != null) {
        throw outcome.<E>failure(thrown);
      }
      step = step(part, leaving(part, enter, outcome));
    }
    return result((Step.End<T>) step, outcome);
  }

  private <T> Step<T> step(Rendezvous<T> part, Mono<Void> arrival) {
    await(arrival);
    Step<T> step = part.taken();
    while (step == null) {
      await(part.next());
      step = part.taken();
    }
    return step;
  }

  /**
   * Waits for a result in the session.
   *
   * @throws SessionInterruptedException if the thread is interrupted; the session has ended then
   */
  <T> @Nullable T await(Mono<T> result) {
    requireRunning();
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
    try {
      return wait.next(result.takeUntilOther(over));
    } catch (WaitEndedException e) {
      throw e.isInterrupt() ? interrupted() : errors().overdue(e);
    } catch (SessionClosedException e) {
      throw ending(e);
    }
  }

  /** Throws the reason if the session has ended. */
  void requireRunning() {
    Step.End<?> last = end;
    if (last != null) {
      Throwable error = last.error();
      throw error == null ? errors().closed() : Exceptions.propagate(error);
    }
  }

  /** Ends the session at once, so that it is rolled back before the work hears of it. */
  private SessionInterruptedException interrupted() {
    SessionInterruptedException error = errors().interrupted();
    failing.accept(error);
    return error;
  }

  /** A session that takes no more statements before its work has returned is ended from outside. */
  private RuntimeException ending(SessionClosedException closed) {
    try {
      wait.end(over);
      return closed;
    } catch (WaitEndedException e) {
      return closed;
    } catch (RuntimeException reason) {
      return reason;
    }
  }

  /** Stops a statement early. */
  void stop(Unfinished statement) {
    if (open.is(statement) && end == null) {
      wait.run(open::stop);
    }
  }
}

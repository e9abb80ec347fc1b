package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.ConcurrentUseException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.SessionException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.SessionInterruptedException;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.internal.blocking.Rendezvous.Step;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.WaitEndedException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One blocking session, from its start to its end. Used by one thread at a time; the session may be
 * ended from outside.
 */
final class WaitingRun {

  private static final Duration UNBOUNDED = Duration.ofDays(36_500);

  private final EventLoops loops;
  private final SessionOptions options;
  private final Sinks.Empty<Void> ended = Sinks.empty();

  /** Fails with the reason when the session has ended. Its stack trace is made for waiters only. */
  private final Mono<Void> over = ended.asMono().then(Mono.fromRunnable(this::requireRunning));

  private volatile Step.@Nullable End<?> end;
  private Consumer<Throwable> failing = error -> {};
  private @Nullable Unfinished unfinished;

  WaitingRun(EventLoops loops, SessionOptions options) {
    this.loops = loops;
    this.options = options;
  }

  /** How messages name the session. */
  String label() {
    return options.label();
  }

  /** Runs the session, and its work again with each retry. */
  @SuppressWarnings("unchecked") // the end is that of the one unit
  <T extends @Nullable Object, E extends Exception> T inSession(
      Units units, Object code, SessionWork<T, E> work) throws E {
    Rendezvous<T> unit = new Rendezvous<>(body -> units.unit(options, code, body), this::ended);
    Outcome<T> outcome = Outcome.none();
    Step<T> step = lasting(unit, () -> loops.await(unit.start(), limit()), this::overdue);
    while (step instanceof Step.Enter<T> enter) {
      failing = error -> failed(unit, enter, error);
      outcome = done(enter, work);
      Step.End<?> before = end;
      step = before != null ? (Step<T>) before : left(unit, enter, outcome);
    }
    return result((Step.End<T>) step, outcome);
  }

  private <T> void failed(Rendezvous<T> unit, Step.Enter<T> enter, Throwable error) {
    leave(unit, enter, new Outcome<>(null, error), this::overdue);
  }

  private <T> Step<T> left(Rendezvous<T> unit, Step.Enter<T> enter, Outcome<T> outcome) {
    boolean commits = outcome.thrown() == null;
    return leave(unit, enter, outcome, late -> commits ? mayHaveCommitted(late) : overdue(late));
  }

  /** Waits for a unit of work that is one statement, which an interrupt ends. */
  <T> @Nullable T statement(Mono<T> unit) {
    if (Thread.currentThread().isInterrupted()) {
      throw new SessionInterruptedException(
          label() + " was interrupted before its statement was sent");
    }
    try {
      return loops.await(unit, limit());
    } catch (WaitEndedException e) {
      if (!e.isInterrupt()) {
        throw mayHaveCommitted(e);
      }
      throw new SessionInterruptedException(
          label() + " was interrupted: look at what its statement has done");
    }
  }

  private void ended(Step.End<?> last) {
    end = last;
    ended.tryEmitEmpty();
  }

  private RuntimeException over(Step.End<?> last) {
    Throwable error = last.error();
    return error == null
        ? new SessionClosedException(
            label()
                + " is over: it takes no more statements, and its streams are read inside the unit"
                + " of work")
        : Exceptions.propagate(error);
  }

  /** Does the work unless the thread is interrupted, before it or at its end. */
  private <T extends @Nullable Object> Outcome<T> done(
      Step.Enter<T> enter, SessionWork<T, ?> work) {
    if (Thread.currentThread().isInterrupted()) {
      return new Outcome<>(null, interruption());
    }
    Outcome<T> outcome = Outcome.of(work, new WaitingSession(this, enter.session()));
    boolean undone = outcome.thrown() == null && Thread.currentThread().isInterrupted();
    return undone ? new Outcome<>(null, interruption()) : outcome;
  }

  private SessionInterruptedException interruption() {
    return new SessionInterruptedException(
        label()
            + (options.kind() == SessionOptions.Kind.OUTSIDE_TRANSACTION
                ? " was interrupted: what it has done is not undone"
                : " was interrupted: it has been rolled back"));
  }

  private <T> Step<T> leave(
      Rendezvous<T> unit,
      Step.Enter<T> enter,
      Outcome<T> outcome,
      Function<WaitEndedException, Throwable> late) {
    return lasting(unit, () -> next(leaving(unit, enter, outcome)), late);
  }

  private <T> Mono<Void> leaving(Rendezvous<T> unit, Step.Enter<T> enter, Outcome<T> outcome) {
    return Mono.defer(
        () -> {
          stop();
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
      return next(result.takeUntilOther(over));
    } catch (WaitEndedException e) {
      throw e.isInterrupt() ? interrupted() : overdue(e);
    } catch (SessionClosedException e) {
      throw ending(e);
    }
  }

  /** Throws the reason if the session has ended. */
  void requireRunning() {
    Step.End<?> last = end;
    if (last != null) {
      throw over(last);
    }
  }

  /** Ends the session at once, so that it is rolled back before the work hears of it. */
  private SessionInterruptedException interrupted() {
    SessionInterruptedException error = interruption();
    failing.accept(error);
    return error;
  }

  /** A session that takes no more statements before its work has returned is ended from outside. */
  private RuntimeException ending(SessionClosedException closed) {
    try {
      loops.await(over, Deadline.MAX_GRACE);
      return closed;
    } catch (WaitEndedException e) {
      return closed;
    } catch (RuntimeException reason) {
      return reason;
    }
  }

  /**
   * Waits for the unit's next step; an interrupt meanwhile is kept.
   *
   * @param late the error if the wait ends before the unit
   */
  private <T> Step<T> lasting(
      Rendezvous<T> unit, Runnable arrival, Function<WaitEndedException, Throwable> late) {
    boolean interrupted = Thread.interrupted();
    try {
      interrupted |= isInterrupted(arrival);
      Step<T> step = unit.taken();
      while (step == null) {
        interrupted |= isInterrupted(() -> next(unit.next()));
        step = unit.taken();
      }
      return step;
    } catch (WaitEndedException e) {
      unit.cancel();
      return new Step.End<>(null, late.apply(e));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for a result after the session's start. */
  private <T> @Nullable T next(Mono<T> result) {
    return loops.awaitNext(result, limit());
  }

  /** Waits; whether an interrupt has ended that, of which the thread is told no more. */
  private static boolean isInterrupted(Runnable wait) {
    try {
      wait.run();
      return false;
    } catch (WaitEndedException e) {
      if (!e.isInterrupt()) {
        throw e;
      }
      return Thread.interrupted();
    }
  }

  /** A session ends by itself within its deadline's grace; the wait is bounded all the same. */
  private Duration limit() {
    Deadline deadline = options.deadline();
    return deadline == null ? UNBOUNDED : deadline.remaining().plus(deadline.grace());
  }

  /** The same where the session may have sent what commits: a frozen process reads no answer. */
  private SessionException mayHaveCommitted(WaitEndedException e) {
    return options.kind().writes()
        ? new CommitOutcomeUnknownException(
            label()
                + " was not over at the end of its deadline's grace: look at what it has done"
                + " before doing it again",
            e)
        : overdue(e);
  }

  private DeadlineExceededException overdue(WaitEndedException e) {
    return new DeadlineExceededException(
        label() + " was not over at the end of its deadline's grace: it is cancelled", e);
  }

  /** Notes a statement that goes on while the work does other things. */
  void open(Unfinished statement) {
    unfinished = statement;
  }

  /** The statement has ended. */
  void closed(Unfinished statement) {
    if (unfinished == statement) {
      unfinished = null;
    }
  }

  /** Stops what is unfinished, on the thread that runs the loop or will. */
  private void stop() {
    Unfinished open = unfinished;
    if (open != null) {
      unfinished = null;
      open.stop();
    }
  }

  /** Stops the statement early. */
  void close(Unfinished statement) {
    if (unfinished == statement && end == null) {
      boolean interrupted = isInterrupted(() -> next(Mono.fromRunnable(this::stop)));
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Refuses a statement while another is unfinished.
   *
   * @param doing what the session cannot do meanwhile
   */
  void requireIdle(Supplier<String> doing) {
    Unfinished open = unfinished;
    if (open != null) {
      throw new ConcurrentUseException(
          label() + " cannot " + doing.get() + " while it " + open.doing());
    }
  }
}

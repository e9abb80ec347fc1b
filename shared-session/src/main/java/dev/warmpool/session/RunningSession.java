package dev.warmpool.session;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One session with its deadline, under way from its making until it holds nothing any more. */
final class RunningSession {

  /** How long past its deadline a session may wait for the server's own time-out to strike. */
  private static final Duration SERVER_FIRST = Duration.ofMillis(50);

  private final UnderWay<RunningSession> running;
  private final SessionOrigin.Note note;
  private final SessionScope scope;
  private final Session session;
  private final Disposable timer;

  /**
   * Begins it.
   *
   * @param work tells where it was begun
   * @param running has it while it is under way
   */
  RunningSession(
      SessionOptions options, Object work, Opener opener, UnderWay<RunningSession> running) {
    Schema schema = opener.schema(options);
    this.running = running;
    this.note = SessionOrigin.Note.of(options, work);
    this.scope = new SessionScope(options, opener);
    this.session = new Session(scope, schema);
    running.begin(this);
    this.timer = timer(options.deadline(), opener.alarms());
  }

  private Disposable timer(@Nullable Deadline deadline, Alarms alarms) {
    if (deadline == null) {
      return Disposables.disposed();
    }
    if (deadline.isPast()) {
      abort(scope.deadlineExceeded());
      return Disposables.disposed();
    }
    return alarms.in(
        deadline.remaining().plus(SERVER_FIRST), () -> abort(scope.deadlineExceeded()));
  }

  /** Starts the work; what it throws is an abort where Reactor would throw it on. */
  <T> void start(
      Function<? super Session, ? extends Publisher<T>> work, Subscriber<? super T> subscriber) {
    try {
      work.apply(session).subscribe(subscriber);
    } catch (Throwable error) {
      abort(error);
    }
  }

  /** The work's items as they come, until the session is aborted. */
  <T> Flux<T> items(Function<? super Session, ? extends Publisher<T>> work) {
    return Flux.<T>from(subscriber -> start(work, subscriber))
        .takeUntilOther(aborted())
        .onErrorMap(this::meaning);
  }

  /** Ends it from outside. */
  void abort(Throwable reason) {
    scope.abort(reason);
  }

  /** Fails with what ended it from outside. */
  Mono<Void> aborted() {
    return scope.aborted();
  }

  /** The error as the caller is to see it. */
  Throwable meaning(Throwable error) {
    return scope.meaning(error);
  }

  /** Ends it well: commits. */
  Mono<Void> complete() {
    return ended(scope.complete());
  }

  /** Ends it badly: rolls back. */
  Mono<Void> abandon() {
    return ended(scope.abandon());
  }

  private Mono<Void> ended(Mono<Void> ending) {
    timer.dispose();
    return ending.doOnTerminate(() -> running.end(this));
  }

  /** Completes when it holds nothing any more. */
  Mono<Void> over() {
    return scope.over();
  }

  /** Where it was begun. */
  SessionOrigin origin() {
    return note.origin();
  }
}

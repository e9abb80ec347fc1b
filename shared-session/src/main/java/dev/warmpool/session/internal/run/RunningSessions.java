package dev.warmpool.session.internal.run;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.listen.Listening;
import dev.warmpool.session.internal.loop.InFlight;
import dev.warmpool.session.internal.loop.InFlight.Runner;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Runs units of work in sessions, and keeps the sessions that are in flight. Thread-safe. */
public final class RunningSessions {

  private final Openings openings;
  private final InFlight inFlight;
  private final Listening listening;
  private final Set<RunningSession> running = ConcurrentHashMap.newKeySet();

  public RunningSessions(Openings openings, InFlight inFlight, Listening listening) {
    this.openings = openings;
    this.listening = listening;
    this.inFlight = inFlight;
  }

  /**
   * Where a session comes from.
   *
   * @param code the unit of work that the user wrote
   * @param runner the thread that runs the event loop for it
   */
  public record Origin(Object code, Runner runner) {}

  /** Runs a unit of work with one result, which is emitted after COMMIT. */
  public <T> Mono<T> one(
      SessionOptions options, Origin origin, Function<? super Session, ? extends Mono<T>> work) {
    return Mono.create(sink -> run(begun(options, origin, sink), work, sink));
  }

  /** Runs a unit of work that is one statement, in one flight if its connection allows it. */
  public <T> Mono<T> single(
      SessionOptions options, Origin origin, Function<? super Session, ? extends Mono<T>> work) {
    return Mono.create(
        sink -> {
          RunningSession session = begun(options, origin, sink);
          if (session != null) {
            session.allowOneFlight();
          }
          run(session, work, sink);
        });
  }

  private <T> @Nullable RunningSession begun(
      SessionOptions options, Origin origin, MonoSink<T> sink) {
    try {
      return begin(options, origin);
    } catch (RuntimeException error) {
      sink.error(error);
      return null;
    }
  }

  private static <T> void run(
      @Nullable RunningSession session,
      Function<? super Session, ? extends Mono<T>> work,
      MonoSink<T> sink) {
    if (session == null) {
      return;
    }
    sink.onCancel(() -> session.abort(new CancellationException("the caller cancelled")));
    new UnitOfWork<>(session, sink).start(work);
  }

  /** Runs a unit of work whose items are emitted as they come. */
  public <T> Flux<T> many(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work) {
    return Flux.usingWhen(
        Mono.fromCallable(() -> begin(options, new Origin(work, Runner.ANY))),
        session -> session.items(work),
        RunningSession::complete,
        (session, error) -> session.abandon(),
        RunningSession::abandon);
  }

  private RunningSession begin(SessionOptions options, Origin origin) {
    RunningSession session =
        new RunningSession(options, origin.code(), openings, listening.begin(options));
    Runnable ended = () -> ended(session, origin.runner());
    running.add(session);
    inFlight.beginFor(origin.runner());
    try {
      session.begin(ended);
    } catch (Throwable error) { // the time-out could not be scheduled
      ended.run();
      throw error;
    }
    return session;
  }

  private void ended(RunningSession session, Runner runner) {
    if (running.remove(session)) {
      inFlight.endFor(runner);
    }
  }

  /** How many sessions are in flight, including clean-up after a cancel. */
  public int size() {
    return running.size();
  }

  /** The sessions that are in flight at subscription. */
  public Flux<RunningSession> all() {
    return Flux.fromIterable(running);
  }
}

package dev.warmpool.session.internal.run;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.listen.Listening;
import dev.warmpool.session.internal.loop.InFlight;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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

  /** Runs a unit of work with one result, which is emitted after COMMIT. */
  public <T> Mono<T> one(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work) {
    return Mono.create(sink -> run(options, work, sink));
  }

  private <T> void run(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work, MonoSink<T> sink) {
    RunningSession session;
    try {
      session = begin(options, work);
    } catch (RuntimeException error) {
      sink.error(error);
      return;
    }
    sink.onCancel(() -> session.abort(new CancellationException("the caller cancelled")));
    new UnitOfWork<>(session, sink).start(work);
  }

  /** Runs a unit of work whose items are emitted as they come. */
  public <T> Flux<T> many(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work) {
    return Flux.usingWhen(
        Mono.fromCallable(() -> begin(options, work)),
        session -> session.items(work),
        RunningSession::complete,
        (session, error) -> session.abandon(),
        RunningSession::abandon);
  }

  private RunningSession begin(SessionOptions options, Object work) {
    RunningSession session = new RunningSession(options, work, openings, listening.begin(options));
    running.add(session);
    inFlight.begin();
    try {
      session.begin(() -> ended(session));
    } catch (Throwable error) { // the time-out could not be scheduled
      ended(session);
      throw error;
    }
    return session;
  }

  private void ended(RunningSession session) {
    if (running.remove(session)) {
      inFlight.end();
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

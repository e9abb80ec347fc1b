package dev.warmpool.session.internal.listen;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.StatementReport;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the listener hears of one session. The object of a session without a listener does nothing
 * and holds nothing. Statements run one after another, so that one has a start at a time.
 * Thread-safe.
 */
public final class SessionEvents {

  /** The events of every session without a listener. */
  static final SessionEvents NONE =
      new SessionEvents(new SessionListener() {}, 0, SessionOptions.standard());

  private final SessionListener listener;
  private final ObservedSession session;
  private final long began;
  private final AtomicBoolean cutOrEnded = new AtomicBoolean();
  private volatile long acquiring;
  private volatile int attempt;
  private volatile boolean open;
  private volatile boolean unknown;
  private volatile @Nullable Running running;

  SessionEvents(SessionListener listener, long number, SessionOptions options) {
    this.listener = listener;
    this.session = new ObservedSession(number, options);
    this.began = number == 0 ? 0 : System.nanoTime();
  }

  /** The statement that runs now. Confined to the session. */
  private static final class Running {

    private final String sql;
    private final long began = System.nanoTime();
    private long rows; // of one thread, the event loop
    private volatile @Nullable String sqlState;

    Running(String sql) {
      this.sql = sql;
    }
  }

  private boolean isOff() {
    return this == NONE;
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** The session asks for a connection. */
  public void acquiring() {
    if (!isOff()) {
      acquiring = System.nanoTime();
    }
  }

  /**
   * The session has a connection.
   *
   * @param connecting how long opening it took; null if it is not new
   */
  public void acquired(@Nullable Duration connecting) {
    if (!isOff()) {
      listener.waited(session, since(acquiring));
      if (connecting != null) {
        listener.connected(session, connecting);
      }
    }
  }

  /** The opening, whose acknowledgement is told unless another has taken its place by then. */
  public Mono<Void> opening(Mono<Void> sent) {
    return isOff() ? sent : Mono.defer(() -> timed(sent));
  }

  private Mono<Void> timed(Mono<Void> sent) {
    int own = attempt;
    long start = System.nanoTime();
    return sent.doOnSuccess(
        nothing -> {
          if (own == attempt) {
            open = true;
            listener.opened(session, since(start));
          }
        });
  }

  /** The opening got no answer and is sent again. */
  public void reopening(Throwable cause) {
    if (!isOff()) {
      attempt++;
      listener.reopening(session, cause);
    }
  }

  /** A statement, which is sent at subscription: not if its caller has left before. */
  public <T> Flux<T> sending(String sql, Flux<T> answers) {
    return isOff()
        ? answers
        : Flux.defer(
            () -> {
              running = new Running(sql);
              return answers;
            });
  }

  /** The statement that runs has returned or changed rows. */
  public void rows(long count) {
    Running current = running;
    if (current != null) {
      current.rows += count;
    }
  }

  /** The statement that runs has failed. */
  public void failed(Throwable error) {
    if (!isOff()) {
      unknown |= error instanceof CommitOutcomeUnknownException;
      Running current = running;
      if (current != null) {
        current.sqlState = sqlState(error);
      }
    }
  }

  /** Whether the session has committed will not be known. */
  public void unknown() {
    unknown |= !isOff();
  }

  private static @Nullable String sqlState(Throwable error) {
    Throwable cause = error instanceof CommitOutcomeUnknownException ? error.getCause() : error;
    return cause instanceof R2dbcException database ? database.getSqlState() : null;
  }

  /** The statement that ran has ended. */
  public void ended() {
    Running ended = running;
    if (ended != null) {
      running = null;
      StatementReport report =
          new StatementReport(ended.sql, ended.rows, since(ended.began), ended.sqlState);
      if (open) {
        listener.ran(session, report);
      }
    }
  }

  /**
   * Notes an error as the session's caller sees it. A cut is told once, and not behind the end: a
   * time-out may turn out to be the deadline's only then.
   */
  public void note(Throwable error) {
    if (!isOff()
        && error instanceof DeadlineExceededException
        && cutOrEnded.compareAndSet(false, true)) {
      listener.cut(session, since(began));
    }
  }

  /** The session is ended because it has outlived its invocation. */
  public void strayEnded(SessionOrigin origin) {
    listener.strayEnded(session, origin);
  }

  /** The end of a session whose work succeeded. */
  public Mono<Void> completing(Mono<Void> ending) {
    return isOff() ? ending : Mono.defer(() -> completed(ending));
  }

  private Mono<Void> completed(Mono<Void> ending) {
    long start = System.nanoTime();
    return ending
        .doOnError(
            error -> {
              note(error);
              unknown |= error instanceof CommitOutcomeUnknownException;
              tellRolledBack(start);
            })
        .doOnSuccess(nothing -> tellCommitted(start));
  }

  /** The end of a session whose work failed. */
  public Mono<Void> abandoning(Mono<Void> ending) {
    return isOff() ? ending : Mono.defer(() -> abandoned(ending));
  }

  private Mono<Void> abandoned(Mono<Void> ending) {
    long start = System.nanoTime();
    return ending.doOnTerminate(() -> tellRolledBack(start));
  }

  private void tellCommitted(long start) {
    if (!tellUnknown(start)) {
      listener.committed(session, since(start));
    }
  }

  private void tellRolledBack(long start) {
    if (!tellUnknown(start)) {
      listener.rolledBack(session, since(start));
    }
  }

  /** Tells the end if it is not known; returns whether it was. */
  private boolean tellUnknown(long start) {
    cutOrEnded.set(true);
    if (unknown) {
      listener.outcomeUnknown(session, since(start));
    }
    return unknown;
  }
}

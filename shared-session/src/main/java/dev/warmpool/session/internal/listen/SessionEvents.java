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
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

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
  private volatile long acquiring;
  private volatile long worked; // when its work ended
  private volatile long opening;
  private volatile boolean open;
  private volatile boolean abandoned;
  private boolean cutOrEnded; // guarded by this
  private volatile boolean unknown;
  private volatile @Nullable Running<?> running;

  SessionEvents(SessionListener listener, long number, SessionOptions options) {
    this.listener = listener;
    this.session = new ObservedSession(number, options);
    this.began = number == 0 ? 0 : System.nanoTime();
  }

  /** A statement, which runs from its subscription on. Confined to the session. */
  private final class Running<T> extends Flux<T> {

    private final String sql;
    private final Flux<T> answers;
    private long began;
    private long rows; // of one thread, the event loop
    private volatile @Nullable String sqlState;

    Running(String sql, Flux<T> answers) {
      this.sql = sql;
      this.answers = answers;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> subscriber) {
      began = System.nanoTime();
      running = this;
      answers.subscribe(subscriber);
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

  /** The opening is sent. */
  public void opening() {
    if (!isOff()) {
      opening = System.nanoTime();
    }
  }

  /** The opening was acknowledged. */
  public void opened() {
    if (!isOff()) {
      open = true;
      listener.opened(session, since(opening));
    }
  }

  /** The opening got no answer and is sent again. */
  public void reopening(Throwable cause) {
    if (!isOff()) {
      listener.reopening(session, cause);
    }
  }

  /** A statement, which is sent at subscription: not if its caller has left before. */
  public <T> Flux<T> sending(String sql, Flux<T> answers) {
    return isOff() ? answers : new Running<>(sql, answers);
  }

  /** The statement that runs has returned or changed rows. */
  public void rows(long count) {
    Running<?> current = running;
    if (current != null) {
      current.rows += count;
    }
  }

  /** The statement that runs has failed. */
  public void failed(Throwable error) {
    if (!isOff()) {
      unknown |= error instanceof CommitOutcomeUnknownException;
      Running<?> current = running;
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
    Running<?> ended = running;
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
    if (isOff()) {
      return;
    }
    unknown |= error instanceof CommitOutcomeUnknownException;
    if (error instanceof DeadlineExceededException && isFirstEnd()) {
      listener.cut(session, since(began));
    }
  }

  private synchronized boolean isFirstEnd() {
    boolean first = !cutOrEnded;
    cutOrEnded = true;
    return first;
  }

  /** The session is ended because it has outlived its invocation. */
  public void strayEnded(SessionOrigin origin) {
    listener.strayEnded(session, origin);
  }

  /** Its work has succeeded: its end begins. */
  public void completing() {
    worked = isOff() ? 0 : System.nanoTime();
  }

  /** Its work or its commit has failed: it is rolled back. */
  public void abandoning() {
    if (!isOff()) {
      worked = worked == 0 ? System.nanoTime() : worked;
      abandoned = true;
    }
  }

  /** The session has ended. */
  public void over() {
    if (isOff()) {
      return;
    }
    isFirstEnd();
    Duration time = since(worked);
    if (unknown) {
      listener.outcomeUnknown(session, time);
    } else if (abandoned) {
      listener.rolledBack(session, time);
    } else {
      listener.committed(session, time);
    }
  }
}

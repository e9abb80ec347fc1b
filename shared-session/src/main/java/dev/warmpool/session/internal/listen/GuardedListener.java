package dev.warmpool.session.internal.listen;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.StatementReport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * Calls another listener, whose errors do not reach the session; the first one is logged. Written
 * out and not by lambda expressions, each of which would be a class of the cold start. Thread-safe.
 */
final class GuardedListener implements SessionListener {

  private final SessionListener listener;
  private final AtomicBoolean failed = new AtomicBoolean();

  GuardedListener(SessionListener listener) {
    this.listener = listener;
  }

  private void log(Throwable error) {
    if (failed.compareAndSet(false, true)) {
      LoggerFactory.getLogger(SessionListener.class)
          .error("a session's listener failed; its later errors are not logged", error);
    }
  }

  @Override
  public void waited(ObservedSession session, Duration time) {
    try {
      listener.waited(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void connected(ObservedSession session, Duration time) {
    try {
      listener.connected(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void opened(ObservedSession session, Duration time) {
    try {
      listener.opened(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void reopening(ObservedSession session, Throwable cause) {
    try {
      listener.reopening(session, cause);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void ran(ObservedSession session, StatementReport statement) {
    try {
      listener.ran(session, statement);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void cut(ObservedSession session, Duration time) {
    try {
      listener.cut(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void strayEnded(ObservedSession session, SessionOrigin origin) {
    try {
      listener.strayEnded(session, origin);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void committed(ObservedSession session, Duration time) {
    try {
      listener.committed(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void rolledBack(ObservedSession session, Duration time) {
    try {
      listener.rolledBack(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }

  @Override
  public void outcomeUnknown(ObservedSession session, Duration time) {
    try {
      listener.outcomeUnknown(session, time);
    } catch (Throwable error) {
      log(error);
    }
  }
}

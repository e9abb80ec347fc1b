package dev.warmpool.session.internal.listen;

import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The listener of one manager, if it has one. Thread-safe. */
public final class Listening {

  /** A manager without a listener. */
  public static final Listening NONE = new Listening(null);

  private final @Nullable SessionListener listener;
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicBoolean failed = new AtomicBoolean();

  private Listening(@Nullable SessionListener listener) {
    this.listener = listener;
  }

  /** A manager with this listener. */
  public static Listening to(SessionListener listener) {
    return new Listening(listener);
  }

  /** The events of a session that begins now. */
  public SessionEvents begin(SessionOptions options) {
    return listener == null
        ? SessionEvents.NONE
        : new SessionEvents(this, sessions.incrementAndGet(), options);
  }

  /** Calls the listener, whose errors do not reach the session. */
  void tell(Consumer<SessionListener> event) {
    if (listener != null) {
      try {
        event.accept(listener);
      } catch (Throwable error) {
        log(error);
      }
    }
  }

  private void log(Throwable error) {
    if (failed.compareAndSet(false, true)) {
      LoggerFactory.getLogger(SessionListener.class)
          .error("a session's listener failed; its later errors are not logged", error);
    }
  }
}

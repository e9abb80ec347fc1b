package dev.warmpool.session.internal.listen;

import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionOptions;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The listener of one manager, if it has one. Thread-safe. */
public final class Listening {

  /** A manager without a listener. */
  public static final Listening NONE = new Listening(null);

  private final @Nullable SessionListener listener;
  private final AtomicLong sessions = new AtomicLong();

  private Listening(@Nullable SessionListener listener) {
    this.listener = listener;
  }

  /** A manager with this listener. */
  public static Listening to(SessionListener listener) {
    return new Listening(new GuardedListener(listener));
  }

  /** The events of a session that begins now. */
  public SessionEvents begin(SessionOptions options) {
    return listener == null
        ? SessionEvents.NONE
        : new SessionEvents(listener, sessions.incrementAndGet(), options);
  }
}

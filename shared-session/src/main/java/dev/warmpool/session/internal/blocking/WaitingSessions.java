package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.SessionTask;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.internal.loop.EventLoops;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sessions whose calling threads wait and run the event loop meanwhile. Thread-safe. */
public final class WaitingSessions implements BlockingSessions {

  private final EventLoops loops;
  private final Units units;

  /**
   * Opens nothing.
   *
   * @param units creates the reactive sessions
   */
  public WaitingSessions(EventLoops loops, Units units) {
    this.loops = loops;
    this.units = units;
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T inSession(
      SessionOptions options, SessionWork<T, E> work) throws E {
    return run(options, work, work);
  }

  @Override
  public <E extends Exception> void useSession(SessionOptions options, SessionTask<E> work)
      throws E {
    this.<@Nullable Void, E>run(
        options,
        work,
        session -> {
          work.run(session);
          return null;
        });
  }

  private <T extends @Nullable Object, E extends Exception> T run(
      SessionOptions options, Object code, SessionWork<T, E> work) throws E {
    Objects.requireNonNull(
        options, "the options are null: SessionOptions.standard() are the default");
    Objects.requireNonNull(code, "the unit of work is null: pass a function of the session");
    return new WaitingRun(loops, options).inSession(units, code, work);
  }
}

package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.SessionTask;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.internal.loop.EventLoops;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions whose calling threads wait and run the event loop meanwhile. Thread-safe. */
public final class WaitingSessions implements BlockingSessions {

  private static final String NO_OPTIONS =
      "the options are null: SessionOptions.standard() are the default";

  private final EventLoops loops;
  private final Units units;
  private final SessionManager reactive;

  /**
   * Opens nothing.
   *
   * @param units creates the reactive sessions
   * @param reactive runs the units of work that are one statement
   */
  public WaitingSessions(EventLoops loops, Units units, SessionManager reactive) {
    this.loops = loops;
    this.units = units;
    this.reactive = reactive;
  }

  @Override
  public long execute(SessionOptions options, String sql, @Nullable Object... values) {
    Long changed = run(options).statement(reactive.execute(options, sql, values));
    return changed == null ? 0 : changed;
  }

  @Override
  public <T> List<T> query(
      SessionOptions options,
      String sql,
      Function<? super Row, ? extends T> mapper,
      @Nullable Object... values) {
    List<T> rows =
        run(options).statement(reactive.<T>query(options, sql, mapper, values).collectList());
    return rows == null ? List.of() : List.copyOf(rows);
  }

  private WaitingRun run(SessionOptions options) {
    Objects.requireNonNull(options, NO_OPTIONS);
    return new WaitingRun(loops, options);
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
    WaitingRun run = run(options);
    Objects.requireNonNull(code, "the unit of work is null: pass a function of the session");
    return run.inSession(units, code, work);
  }
}

package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.Rows;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.internal.sql.SqlText;
import io.r2dbc.spi.Row;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A running session as work that waits sees it. Used by one thread at a time.
 *
 * @param run waits for results
 * @param session sends the statements
 */
record WaitingSession(WaitingRun run, Session session) implements BlockingSession {

  @Override
  public Schema schema() {
    return session.schema();
  }

  @Override
  public long execute(String sql, @Nullable Object... values) {
    requireNoStream(sql);
    Long changed = run.await(session.execute(sql, values));
    return changed == null ? 0 : changed;
  }

  private void requireNoStream(String sql) {
    Objects.requireNonNull(sql, "the text of the statement is null");
    run.requireNoStream("run " + SqlText.shown(sql));
  }

  @Override
  public <T> Rows<T> query(
      String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values) {
    return new WaitingRows<>(run, sql, session.query(sql, mapper, values));
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T savepoint(SessionWork<T, E> work)
      throws E {
    Objects.requireNonNull(work, "the part to run in a savepoint is null");
    run.requireNoStream("set a savepoint");
    return run.savepoint(session, work);
  }

  @Override
  public <T> @Nullable T reactive(Function<? super Session, ? extends Mono<T>> work) {
    Objects.requireNonNull(work, "the reactive work is null");
    run.requireNoStream("run reactive work");
    return run.await(
        Mono.defer(
            () ->
                Objects.requireNonNull(
                    work.apply(session),
                    "the reactive work returned null: return Mono.empty() for no result")));
  }
}

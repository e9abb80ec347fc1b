package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.Rows;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.internal.sql.SqlText;
import io.r2dbc.spi.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
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

  private static final int ROWS_AHEAD = 1_000;
  private static final int PIECES_AHEAD = 2;

  /** In bytes: as much as becomes one message. */
  private static final int PIECE = 64 * 1024;

  @Override
  public Schema schema() {
    return session.schema();
  }

  @Override
  public long execute(String sql, @Nullable Object... values) {
    requireIdle(sql);
    Long changed = run.await(session.execute(sql, values));
    return changed == null ? 0 : changed;
  }

  private void requireIdle(String sql) {
    Objects.requireNonNull(sql, "the text of the statement is null");
    run.open().requireNone(() -> "run " + SqlText.shown(sql));
  }

  @Override
  public long batch(String sql, Iterable<? extends @Nullable Object[]> rows) {
    requireIdle(sql);
    Objects.requireNonNull(rows, "the rows of the batch are null");
    Iterator<? extends @Nullable Object[]> iterator =
        Objects.requireNonNull(rows.iterator(), "the iterator of the batch's rows is null");
    AtomicLong number = new AtomicLong();
    Feed<@Nullable Object[], RuntimeException> feed =
        new Feed<>(
            run,
            "sends a batch of " + SqlText.shown(sql),
            () -> row(iterator, number.incrementAndGet()),
            ROWS_AHEAD);
    return feed.into(items -> session.batch(sql, items));
  }

  /** A copy: the iterator may hand out one array again and again. */
  private static @Nullable Object @Nullable [] row(
      Iterator<? extends @Nullable Object[]> rows, long number) {
    return rows.hasNext()
        ? Objects.requireNonNull(rows.next(), () -> "row " + number + " of the batch is null")
            .clone()
        : null;
  }

  @Override
  public long copyIn(String sql, InputStream data) throws IOException {
    requireIdle(sql);
    Objects.requireNonNull(data, "the data to copy is null");
    Feed<ByteBuffer, IOException> feed =
        new Feed<>(run, "copies by " + SqlText.shown(sql), () -> piece(data), PIECES_AHEAD);
    return feed.into(items -> session.copyIn(sql, items));
  }

  private static @Nullable ByteBuffer piece(InputStream data) throws IOException {
    byte[] piece = data.readNBytes(PIECE);
    return piece.length == 0 ? null : ByteBuffer.wrap(piece);
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
    run.open().requireNone(() -> "set a savepoint");
    return run.savepoint(session, work);
  }

  @Override
  public <T> @Nullable T reactive(Function<? super Session, ? extends Mono<T>> work) {
    Objects.requireNonNull(work, "the reactive work is null");
    run.open().requireNone(() -> "run reactive work");
    return run.await(
        Mono.defer(
            () ->
                Objects.requireNonNull(
                    work.apply(session),
                    "the reactive work returned null: return Mono.empty() for no result")));
  }
}

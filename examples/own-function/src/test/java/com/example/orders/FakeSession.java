package com.example.orders;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.Rows;
import dev.warmpool.session.blocking.SessionWork;
import io.r2dbc.spi.Row;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A session without a server: it keeps what it was sent, and answers queries with these rows. */
final class FakeSession implements BlockingSession {

  /** A statement as it was sent. */
  record Sent(String sql, List<Object> values) {}

  private final List<Sent> sent = new ArrayList<>();
  private final List<Row> rows;

  FakeSession(Row... rows) {
    this.rows = List.of(rows);
  }

  List<Sent> sent() {
    return sent;
  }

  @Override
  public long execute(String sql, Object... values) {
    sent.add(new Sent(sql, Arrays.asList(values)));
    return 1;
  }

  @Override
  public <T> Rows<T> query(
      String sql, Function<? super Row, ? extends T> mapper, Object... values) {
    return new FakeRows<>(
        () -> {
          sent.add(new Sent(sql, Arrays.asList(values)));
          return rows.stream().<T>map(mapper).toList();
        });
  }

  @Override
  public long batch(String sql, Iterable<? extends Object[]> rows) {
    long changed = 0;
    for (Object[] values : rows) {
      changed += execute(sql, values);
    }
    return changed;
  }

  @Override
  public <T, E extends Exception> T savepoint(SessionWork<T, E> work) throws E {
    return work.run(this);
  }

  @Override
  public Schema schema() {
    return new Schema("shop");
  }

  @Override
  public long copyIn(String sql, InputStream data) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T reactive(Function<? super Session, ? extends Mono<T>> work) {
    throw new UnsupportedOperationException();
  }
}

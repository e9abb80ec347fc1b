package com.example.orders;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session without a server: it keeps what it was sent, and answers queries with these rows. */
final class FakeSession implements Session {

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
  public Mono<Long> execute(String sql, Object... values) {
    return Mono.fromSupplier(
        () -> {
          sent.add(new Sent(sql, List.of(values)));
          return 1L;
        });
  }

  @Override
  public <T> Flux<T> query(
      String sql, Function<? super Row, ? extends T> mapper, Object... values) {
    return Flux.defer(
        () -> {
          sent.add(new Sent(sql, List.of(values)));
          return Flux.fromIterable(rows).map(mapper);
        });
  }

  @Override
  public Mono<Long> batch(String sql, Publisher<? extends Object[]> rows) {
    return Flux.from(rows).concatMap(values -> execute(sql, values)).reduce(0L, Long::sum);
  }

  @Override
  public Mono<Long> copyIn(String sql, Publisher<ByteBuffer> data) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Schema schema() {
    return new Schema("shop");
  }

  @Override
  public Connection connection() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Mono<T> savepoint(Function<? super Session, ? extends Mono<T>> work) {
    return Mono.defer(() -> work.apply(this));
  }
}

package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.blocking.RowCountException;
import dev.warmpool.session.blocking.Rows;
import dev.warmpool.session.internal.sql.SqlText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import reactor.core.publisher.Flux;

/**
 * The rows of a statement, for work that waits. Used by one thread at a time.
 *
 * @param run waits for them
 * @param sql the statement's text
 * @param rows sends the statement at subscription
 */
record WaitingRows<T>(WaitingRun run, String sql, Flux<T> rows) implements Rows<T> {

  @Override
  public T one() {
    return optional()
        .orElseThrow(() -> new RowCountException(counted("no row: optional() is for that"), 0));
  }

  @Override
  public Optional<T> optional() {
    List<T> first = collected(rows.take(2));
    if (first.size() > 1) {
      throw new RowCountException(counted("more than one row: list() is for that"), first.size());
    }
    return first.isEmpty() ? Optional.empty() : Optional.of(first.get(0));
  }

  private String counted(String rows) {
    return run.label() + " asked for one row by " + SqlText.shown(sql) + " and got " + rows;
  }

  @Override
  public List<T> list() {
    return List.copyOf(collected(rows));
  }

  private List<T> collected(Flux<T> items) {
    run.open().requireNone(() -> "run " + SqlText.shown(sql));
    List<T> all = run.await(items.collectList());
    return all == null ? List.of() : all;
  }

  @Override
  public Stream<T> stream() {
    OpenStream<T> stream = new OpenStream<>(run, sql, rows);
    return StreamSupport.stream(stream, false).onClose(stream::close);
  }
}

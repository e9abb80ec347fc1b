package dev.warmpool.session.internal.log;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A result that notes its rows and errors for the log. Read once. */
final class LoggedResult implements Result {

  private final Result result;
  private final LoggedExecution execution;

  LoggedResult(Result result, LoggedExecution execution) {
    this.result = result;
    this.execution = execution;
  }

  @Override
  public Publisher<Long> getRowsUpdated() {
    return execution.part(Flux.from(result.getRowsUpdated()).doOnNext(execution::rows));
  }

  @Override
  public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapper) {
    return counted(result.map(mapper));
  }

  @Override
  public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapper) {
    return counted(result.map(mapper));
  }

  private <T> Flux<T> counted(Publisher<T> rows) {
    return execution.part(Flux.<T>from(rows).doOnNext(row -> execution.rows(1)));
  }

  @Override
  public Result filter(Predicate<Segment> filter) {
    return new LoggedResult(
        result.filter(
            segment -> {
              noteError(segment);
              return filter.test(segment);
            }),
        execution);
  }

  @Override
  public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapper) {
    return execution.part(
        Flux.<T>from(
            result.flatMap(
                segment -> {
                  note(segment);
                  return mapper.apply(segment);
                })));
  }

  /** An error is a segment, too, which need not become one of the publisher. */
  private void noteError(Segment segment) {
    if (segment instanceof Message message) {
      execution.failed(message.exception());
    }
  }

  private void note(Segment segment) {
    noteError(segment);
    if (segment instanceof RowSegment) {
      execution.rows(1);
    } else if (segment instanceof UpdateCount count) {
      execution.rows(count.value());
    }
  }
}

package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.guard.FatalErrors;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A result that is always read to its end: by the caller while it is handed over, else by this
 * class. If the caller cancels, the rest is read and dropped. Read once.
 */
final class GuardedResult implements Result {

  /** Takes the place of a row for which there is no subscriber any more. */
  private static final Object LEFT = new Object();

  private final Result result;
  private final ResultReading reading;

  private GuardedResult(Result result, ResultReading reading) {
    this.result = result;
    this.reading = reading;
  }

  /**
   * Hands results of the driver over; each completes when it has been read.
   *
   * @param session told of errors of the readers
   */
  static SqlStatement.Reader handedTo(SessionStatements session) {
    return (result, left) -> {
      GuardedResult guarded = new GuardedResult(result, ResultReading.none(session));
      return Flux.<Object>just(guarded).concatWith(Mono.defer(guarded::readToTheEnd));
    };
  }

  private Mono<Object> readToTheEnd() {
    if (reading.taken().compareAndSet(false, true)) {
      return Mono.from(result.getRowsUpdated()).then(Mono.empty());
    }
    return reading.over().asMono().then(Mono.empty());
  }

  private <T> Flux<T> read(Publisher<? extends T> reader) {
    return Flux.<T>from(
        subscriber -> {
          if (reading.taken().compareAndSet(false, true)) {
            new DrainingSubscriber<T>(subscriber, reading).readFrom(reader);
          } else {
            Flux.<T>error(
                    new IllegalStateException(
                        "a result is read once, and while it is handed over: by flatMap, not later"))
                .subscribe(subscriber);
          }
        });
  }

  @Override
  public Publisher<Long> getRowsUpdated() {
    return Mono.from(read(Flux.from(result.getRowsUpdated())));
  }

  @Override
  public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapper) {
    return read(
        result.map(
            (row, metadata) -> this.<Row, T>unlessLeft(r -> mapper.apply(r, metadata)).apply(row)));
  }

  @Override
  public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapper) {
    return read(result.map(this.<Readable, T>unlessLeft(mapper)));
  }

  /** The mapper, which is not run for rows that are only read to be dropped. */
  @SuppressWarnings("unchecked")
  private <A, B> Function<A, B> unlessLeft(Function<? super A, ? extends B> mapper) {
    Function<A, B> signalling = FatalErrors.signalling(mapper);
    return item -> reading.left().get() ? (B) LEFT : signalling.apply(item);
  }

  @Override
  public Result filter(Predicate<Segment> filter) {
    return new GuardedResult(
        result.filter(FatalErrors.<Segment, Boolean>signalling(filter::test)::apply), reading);
  }

  @Override
  public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapper) {
    return read(result.flatMap(FatalErrors.<Segment, Publisher<? extends T>>signalling(mapper)));
  }
}

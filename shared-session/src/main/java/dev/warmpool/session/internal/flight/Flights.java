package dev.warmpool.session.internal.flight;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOptions.Repetition;
import dev.warmpool.session.internal.loop.InFlight.Runner;
import dev.warmpool.session.internal.run.RunningSessions;
import dev.warmpool.session.internal.run.RunningSessions.Origin;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.Retry.RetrySignal;

/** Runs units of work that are one statement, in one flight where that is safe. Thread-safe. */
public final class Flights {

  private final RunningSessions running;
  private final int mostRepeats;

  /**
   * @param connections the most that there can be: a restart of the server breaks them all
   */
  public Flights(RunningSessions running, int connections) {
    this.running = running;
    this.mostRepeats = connections + 1;
  }

  /** Runs a statement; emits the number of rows changed. */
  public Mono<Long> execute(
      SessionOptions options, String sql, @Nullable Object @Nullable [] values) {
    Object[] bound = copied(values);
    return run(options, sql, session -> session.execute(sql, bound));
  }

  /** Runs a statement that returns rows; emits all of them, mapped. */
  public <T> Mono<List<T>> query(
      SessionOptions options,
      String sql,
      Function<? super Row, ? extends T> mapper,
      @Nullable Object @Nullable [] values) {
    Objects.requireNonNull(mapper, "the row mapper is null");
    Object[] bound = copied(values);
    return run(options, sql, session -> session.<T>query(sql, mapper, bound).collectList());
  }

  /** Java passes a lone null as no array, where the caller means one NULL. */
  private static @Nullable Object[] copied(@Nullable Object @Nullable [] values) {
    return values == null ? new @Nullable Object[] {null} : values.clone();
  }

  private <T> Mono<T> run(
      SessionOptions options, String sql, Function<Session, Mono<T>> statement) {
    Objects.requireNonNull(sql, "the text of the statement is null");
    Origin origin = new Origin(statement, Runner.ANY);
    Mono<T> once =
        FlightText.isSafe(sql)
            ? running.single(options, origin, statement)
            : running.one(options, origin, statement);
    return options.repetition() == Repetition.HARMFUL
        ? once
        : once.retryWhen(
            Retry.from(failures -> failures.concatMap(failed -> again(options, failed))));
  }

  /** Emits if a statement whose outcome is unknown is to run again; else fails. */
  private Mono<Boolean> again(SessionOptions options, RetrySignal failed) {
    Deadline deadline = options.deadline();
    boolean unknown = failed.failure() instanceof CommitOutcomeUnknownException;
    boolean late = deadline != null && deadline.isPast();
    return unknown && !late && failed.totalRetries() < mostRepeats
        ? Mono.just(true)
        : Mono.error(failed.failure());
  }
}

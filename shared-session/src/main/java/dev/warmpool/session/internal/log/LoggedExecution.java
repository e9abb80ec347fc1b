package dev.warmpool.session.internal.log;

import io.r2dbc.spi.R2dbcException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import reactor.core.publisher.Flux;

/**
 * One execution of a statement, which writes one line when it and its results have ended, before
 * the subscriber is told. An error may come from the execution itself or, as most of the server's
 * do, from a result. Thread-safe.
 */
final class LoggedExecution {

  private final String statement;
  private final Logger log;
  private final long began = System.nanoTime();
  private final AtomicInteger unfinished = new AtomicInteger(1);
  private final LongAdder rows = new LongAdder();
  private final AtomicBoolean written = new AtomicBoolean();
  private volatile @Nullable Throwable failure;

  LoggedExecution(String statement, Logger log) {
    this.statement = statement;
    this.log = log;
  }

  /** The execution itself, with its end noted. */
  <T> Flux<T> whole(Flux<T> executed) {
    return part(executed).doOnCancel(() -> write("cancelled"));
  }

  /** One more result, of which {@link #part} will be read. */
  void result() {
    unfinished.incrementAndGet();
  }

  /** A part of the execution, with its end noted. */
  <T> Flux<T> part(Flux<T> part) {
    return Flux.defer(
        () -> {
          AtomicBoolean ended = new AtomicBoolean();
          Runnable end =
              () -> {
                if (ended.compareAndSet(false, true)) {
                  finished();
                }
              };
          return part.doOnError(this::failed).doOnTerminate(end).doOnCancel(end);
        });
  }

  /** A part has failed. */
  void failed(Throwable error) {
    failure = error;
  }

  /** So many rows were returned or changed. */
  void rows(long count) {
    rows.add(count);
  }

  private void finished() {
    if (unfinished.decrementAndGet() == 0) {
      write("succeeded with " + rows + " rows");
    }
  }

  private void write(String outcome) {
    if (written.compareAndSet(false, true)) {
      Throwable error = failure;
      log.info(
          String.format(
              Locale.ROOT,
              "%s in %.1f ms: %s",
              error == null ? outcome : shown(error),
              (System.nanoTime() - began) / 1e6,
              statement));
    }
  }

  /** Leaves the message out: the server's can quote a value. */
  private static String shown(Throwable error) {
    String state = error instanceof R2dbcException database ? database.getSqlState() : null;
    return "failed with " + (state == null ? error.getClass().getSimpleName() : state);
  }
}

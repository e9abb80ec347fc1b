package dev.warmpool.session;

import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.BlockingSessions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A manager whose reactive sessions run through its blocking ones, so that a suite for the former
 * shows the guarantees of the latter. Each session has a thread, on which its work and all its
 * statements run; a caller that cancels interrupts it. Other calls are passed on.
 */
record ThroughBlocking(SessionManager manager, AtomicInteger working) implements SessionManager {

  /** Whether the tests of this run take this way. */
  static final boolean CHOSEN = "blocking".equals(System.getProperty("way"));

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "waiting");
            thread.setDaemon(true);
            return thread;
          });

  /** The manager, or this way into it. */
  static SessionManager ifChosen(SessionManager manager) {
    return CHOSEN ? new ThroughBlocking(manager, new AtomicInteger()) : manager;
  }

  @Override
  public <T> Mono<T> inSession(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work) {
    return onAThread(
        () ->
            manager
                .blocking()
                .inSession(options, session -> result(work.apply(new Waiting(session)))));
  }

  private <T> Mono<T> onAThread(Callable<@Nullable T> session) {
    return Mono.create(
        sink -> {
          working.incrementAndGet();
          Interruptible task = new Interruptible(() -> run(session, sink));
          sink.onCancel(task::interrupt);
          THREADS.execute(
              () -> {
                task.run();
                working.decrementAndGet();
              });
        });
  }

  private static <T> void run(Callable<@Nullable T> session, MonoSink<T> sink) {
    try {
      sink.success(session.call());
    } catch (Throwable error) {
      sink.error(error);
    }
  }

  /** Waits as plain Java does; what was thrown comes as it is. */
  private static <T> @Nullable T result(Mono<T> work) throws Exception {
    try {
      return work.toFuture().get();
    } catch (ExecutionException e) {
      Throwable cause = Exceptions.unwrap(e.getCause());
      if (cause instanceof Error error) {
        throw error;
      }
      throw (Exception) cause;
    }
  }

  /** A waiting session in the shape of a reactive one: each statement waits at subscription. */
  private record Waiting(BlockingSession session) implements Session {

    @Override
    public Schema schema() {
      return session.schema();
    }

    @Override
    public Mono<Long> execute(String sql, @Nullable Object... values) {
      return Mono.fromCallable(() -> session.execute(sql, values));
    }

    @Override
    public <T> Flux<T> query(
        String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values) {
      return Flux.fromStream(() -> session.<T>query(sql, mapper, values).stream());
    }

    @Override
    public Mono<Long> batch(String sql, Publisher<? extends @Nullable Object[]> rows) {
      return Mono.fromCallable(() -> session.batch(sql, Flux.from(rows).toIterable()));
    }

    @Override
    public Mono<Long> copyIn(String sql, Publisher<ByteBuffer> data) {
      return Mono.fromCallable(
          () -> {
            Flux<byte[]> pieces = Flux.from(data).map(Waiting::bytes);
            return session.copyIn(sql, Pieces.joined(pieces.toIterable().iterator()));
          });
    }

    private static byte[] bytes(ByteBuffer piece) {
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      return bytes;
    }

    @Override
    public Connection connection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> Mono<T> savepoint(Function<? super Session, ? extends Mono<T>> work) {
      return Mono.fromCallable(
          () -> session.savepoint(part -> result(work.apply(new Waiting(part)))));
    }
  }

  @Override
  public <T> Flux<T> stream(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work) {
    return manager.stream(options, work);
  }

  /** Sleeps, so that the session's own thread runs the loop. */
  @Override
  public <T> @Nullable T await(Mono<T> result, Duration limit) {
    return result.block(limit);
  }

  @Override
  public BlockingSessions blocking() {
    return manager.blocking();
  }

  @Override
  public Mono<Void> prime() {
    return manager.prime();
  }

  @Override
  public PoolStats stats() {
    return manager.stats();
  }

  /** An interrupted thread may still be on its way out, or into its session. */
  @Override
  public Mono<Boolean> quiesce(Duration limit) {
    return Mono.defer(
        () -> {
          long until = System.nanoTime() + limit.toNanos();
          while (working.get() > 0 && System.nanoTime() < until) {
            LockSupport.parkNanos(100_000);
          }
          return manager.quiesce(limit);
        });
  }

  @Override
  public Flux<SessionOrigin> endStrays(Predicate<SessionOrigin> which, Duration limit) {
    return manager.endStrays(which, limit);
  }

  @Override
  public Mono<Void> renew(Duration limit) {
    return manager.renew(limit);
  }

  @Override
  public Mono<Void> close(Duration limit) {
    return manager.close(limit);
  }
}

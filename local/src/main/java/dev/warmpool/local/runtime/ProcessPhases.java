package dev.warmpool.local.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The phases that a function's process has reached, and waiting for the next one. Every wait also
 * ends when the process ends. Thread-safe.
 */
final class ProcessPhases {

  private final long started = System.nanoTime();
  private final CompletableFuture<Double> initMillis = new CompletableFuture<>();
  private final CompletableFuture<Void> restored = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile CompletableFuture<Void> idle = new CompletableFuture<>();

  /** Duration of the init phase; waits for its end. */
  double initMillis() {
    return initMillis.join();
  }

  boolean isInitialized() {
    return initMillis.isDone();
  }

  boolean isRestored() {
    return restored.isDone();
  }

  /** Marks the init phase as over after this duration; returns false if it was over before. */
  boolean initialized(double millis) {
    return initMillis.complete(millis);
  }

  /** The time since the process was started. */
  double millisSinceStart() {
    return (System.nanoTime() - started) / 1e6;
  }

  void restored() {
    restored.complete(null);
  }

  /** Marks the process as ended; returns false if it was before. */
  boolean ended() {
    return ended.complete(null);
  }

  /** Starts an invocation: {@link #awaitIdle} waits for the next idle phase from now on. */
  void busy() {
    idle = new CompletableFuture<>();
  }

  /** The current wait for the process to be idle; completing it ends the waits. */
  CompletableFuture<Void> idle() {
    return idle;
  }

  /**
   * Waits for the end of the init phase.
   *
   * @return false if the process ended or the limit passed before
   */
  boolean awaitInit(Duration limit) throws InterruptedException {
    try {
      await(CompletableFuture.anyOf(initMillis, ended), limit);
      return initMillis.isDone();
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Waits until the hooks after a restore have run. */
  void awaitRestored(Duration limit) throws InterruptedException, TimeoutException {
    await(CompletableFuture.anyOf(restored, ended), limit);
  }

  /** Waits until the process has asked for its next event. */
  void awaitIdle(Duration limit) throws InterruptedException, TimeoutException {
    await(idle, limit);
  }

  /** Waits until a future is done, normally or with an error. */
  static void await(CompletableFuture<?> future, Duration limit)
      throws InterruptedException, TimeoutException {
    try {
      future.handle((value, error) -> true).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // handle() has turned errors into values
    }
  }
}

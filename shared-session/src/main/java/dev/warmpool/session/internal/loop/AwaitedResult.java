package dev.warmpool.session.internal.loop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A result for which the thread that creates this object blocks. Signals may come on any thread;
 * the other methods are for the blocked thread alone.
 */
final class AwaitedResult<T> implements CoreSubscriber<T> {

  private final Thread thread = Thread.currentThread();
  private final Runnable wakeUp;
  private final Duration limit;
  private final long until;
  private @Nullable T value;
  private @Nullable Throwable error;
  private volatile @Nullable Subscription subscription;
  private volatile boolean ended;

  /**
   * Begins to count the limit.
   *
   * @param wakeUp called on another thread when the result has come, besides unparking
   * @throws IllegalStateException on a thread that must not be blocked
   */
  AwaitedResult(Duration limit, Runnable wakeUp) {
    if (Schedulers.isInNonBlockingThread()) {
      throw new IllegalStateException(
          "waiting is not possible in "
              + thread.getName()
              + ", which does the work that would be waited for: return the publisher instead");
    }
    this.wakeUp = wakeUp;
    this.limit = limit;
    this.until = System.nanoTime() + Durations.nanos(limit);
  }

  /** Subscribes, with the thread-locals that automatic context propagation knows. */
  void subscribeTo(Mono<T> result) {
    result.contextCapture().subscribe(this);
  }

  /** The end of the limit, as {@link System#nanoTime()} counts. */
  long until() {
    return until;
  }

  /** Whether the result has not come, and there is time left to wait. */
  boolean isPending() {
    return !ended && until - System.nanoTime() > 0 && !thread.isInterrupted();
  }

  /** Parks the thread until the result is there, the limit has passed or it is interrupted. */
  void sleep() {
    while (isPending()) {
      LockSupport.parkNanos(this, until - System.nanoTime());
    }
  }

  /** The result; cancels it and throws if it has not come. */
  @Nullable T get() {
    if (!ended) {
      cancel();
      throw thread.isInterrupted()
          ? WaitEndedException.byInterrupt()
          : WaitEndedException.byLimit(limit.toMillis());
    }
    if (error != null) {
      throw Exceptions.propagate(error);
    }
    return value;
  }

  private void cancel() {
    Subscription begun = subscription;
    if (begun != null) {
      begun.cancel();
    }
  }

  @Override
  public void onSubscribe(Subscription begun) {
    subscription = begun;
    begun.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(T item) {
    value = item;
  }

  @Override
  public void onError(Throwable reason) {
    error = reason;
    end();
  }

  @Override
  public void onComplete() {
    end();
  }

  private void end() {
    ended = true;
    if (Thread.currentThread() != thread) {
      LockSupport.unpark(thread);
      wakeUp.run();
    }
  }
}

package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;

/** What one thread waits for, for so long. Ends on any thread; else confined to that one. */
final class Waiter<T> implements CoreSubscriber<T> {

  private final Thread thread = Thread.currentThread();
  private final CallerEventLoop loop;
  private final Duration limit;
  private final long until;
  private @Nullable T value;
  private @Nullable Throwable error;
  private volatile @Nullable Subscription subscription;
  private volatile boolean ended;

  Waiter(CallerEventLoop loop, Duration limit) {
    this.loop = loop;
    this.limit = limit;
    this.until = System.nanoTime() + limit.toNanos();
  }

  /** When to give up, in {@link System#nanoTime()}'s measure. */
  long until() {
    return until;
  }

  /** Whether there is still something to wait for, and time. */
  boolean waits() {
    return !ended && until - System.nanoTime() > 0 && !thread.isInterrupted();
  }

  /** Sleeps until there is not. */
  void sleep() {
    while (waits()) {
      LockSupport.parkNanos(this, until - System.nanoTime());
    }
  }

  /** What there is now; cancels what has not ended. */
  @Nullable T result() {
    if (!ended) {
      cancel();
      throw new IllegalStateException(
          thread.isInterrupted()
              ? "interrupted while waiting for a result, which is cancelled"
              : "no result within " + limit.toMillis() + " ms: it is cancelled");
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
      loop.io().wakeup();
    }
  }
}

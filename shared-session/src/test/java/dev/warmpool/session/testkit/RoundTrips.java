package dev.warmpool.session.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts causal round trips: all messages that the client sends while no answer reaches it take one
 * round trip together. If no byte passes for {@link #QUIET_MILLIS}, the client waits for an answer.
 * Thread-safe.
 */
final class RoundTrips {

  private static final long QUIET_MILLIS = 40;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean holding;
  private boolean answerHeld;
  private long lastTraffic;
  private int count;
  private long released;

  /** The client has sent something. */
  void sent() {
    traffic(false);
  }

  /** An answer has arrived; returns the ticket for {@link #awaitRelease}. */
  long answered() {
    return traffic(true);
  }

  private long traffic(boolean answer) {
    lock.lock();
    try {
      answerHeld |= answer;
      lastTraffic = System.nanoTime();
      changed.signalAll();
      return released;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks an answer until its round trip is counted. */
  void awaitRelease(long ticket) throws InterruptedException {
    lock.lock();
    try {
      while (holding && released == ticket) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Runs the work with answers held back; returns the round trips that it took. */
  int during(Runnable work) {
    begin();
    Thread counter = new Thread(this::countWhileHolding, "round-trips");
    counter.setDaemon(true);
    counter.start();
    try {
      work.run();
      return count();
    } finally {
      end();
    }
  }

  private void begin() {
    lock.lock();
    try {
      holding = true;
      answerHeld = false;
      count = 0;
    } finally {
      lock.unlock();
    }
  }

  private void countWhileHolding() {
    lock.lock();
    try {
      while (holding) {
        long quiet = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastTraffic);
        if (answerHeld && quiet >= QUIET_MILLIS) {
          answerHeld = false;
          count++;
          released++;
          changed.signalAll();
        }
        changed.await(5, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      holding = false;
      released++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

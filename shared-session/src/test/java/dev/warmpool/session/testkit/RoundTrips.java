package dev.warmpool.session.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts causal round trips: what the client sends while no answer reaches it needs no more than
 * one. Quiet on the wire for {@link #QUIET_MILLIS} means that the client waits. Thread-safe.
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

  void sent() {
    traffic(false);
  }

  /** An answer has come; gives the ticket by which it waits. */
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

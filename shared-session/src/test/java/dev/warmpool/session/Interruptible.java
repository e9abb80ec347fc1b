package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * A task that can be interrupted until it has ended. It is skipped if that happens before it
 * begins. Its thread keeps no interrupt. Thread-safe.
 */
final class Interruptible {

  private final Runnable task;
  private @Nullable Thread thread;
  private boolean interrupted;

  Interruptible(Runnable task) {
    this.task = task;
  }

  /** Runs the task on this thread. */
  void run() {
    if (begins()) {
      try {
        task.run();
      } finally {
        end();
      }
    }
  }

  private synchronized boolean begins() {
    thread = Thread.currentThread();
    return !interrupted;
  }

  private synchronized void end() {
    thread = null;
    Thread.interrupted();
  }

  synchronized void interrupt() {
    interrupted = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}

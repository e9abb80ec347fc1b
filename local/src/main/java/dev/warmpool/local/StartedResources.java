package dev.warmpool.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * What has been opened so far; it is closed in reverse order, also in the middle of a start.
 * Thread-safe: a close waits for the opening that is under way, and none follows it.
 */
final class StartedResources implements AutoCloseable {

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private boolean closed;

  /** Opens one more. */
  synchronized <T extends AutoCloseable> T add(Supplier<T> opening) {
    if (closed) {
      throw new StartupException("it was ended before it was ready");
    }
    T resource = opening.get();
    resources.push(resource);
    return resource;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes all of them, whatever becomes of one. Again, it does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!resources.isEmpty()) {
      close(resources.pop());
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      Output.line(resource.getClass().getSimpleName() + " could not be ended: " + e);
    }
  }
}

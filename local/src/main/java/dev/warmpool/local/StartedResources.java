package dev.warmpool.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * The resources that a start has opened so far. {@link #close} closes them in reverse order and may
 * be called while the start is still running: it waits for the resource that is being opened, and
 * no further one is opened. Thread-safe.
 */
final class StartedResources implements AutoCloseable {

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private boolean closed;

  /**
   * Opens a resource and registers it.
   *
   * @throws StartupException if these resources have been closed
   */
  synchronized <T extends AutoCloseable> T add(Supplier<T> opening) {
    if (closed) {
      throw new StartupException("it was terminated before it was ready");
    }
    T resource = opening.get();
    resources.push(resource);
    return resource;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes every resource, even if one of them fails to close. Idempotent. */
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
      Output.line(resource.getClass().getSimpleName() + " could not be closed: " + e);
    }
  }
}

package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One function with its execution environments: the most recently used idle one takes an event,
 * else a new one up to the limit, past which events wait in order. Thread-safe.
 */
public final class FunctionRunner implements AutoCloseable {

  private final Launch launch;
  private final FunctionDefinition function;
  private final Semaphore places;
  private final boolean throttles;
  private final Deque<ExecutionEnvironment> idle = new ArrayDeque<>();
  private final Set<ExecutionEnvironment> all = new HashSet<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private boolean closed;

  FunctionRunner(Launch launch, FunctionDefinition function, int maxEnvironments) {
    this.launch = launch;
    this.function = function;
    int reserved = function.reservedConcurrency().orElse(maxEnvironments);
    this.throttles = function.reservedConcurrency().isPresent() && reserved <= maxEnvironments;
    this.places = new Semaphore(Math.min(maxEnvironments, reserved), true);
  }

  /** Its definition. */
  public FunctionDefinition function() {
    return function;
  }

  /** The processes there are, by id. */
  public synchronized List<Long> processes() {
    return all.stream().filter(ExecutionEnvironment::isAlive).map(e -> e.pid()).toList();
  }

  /**
   * Runs one event to its end; waits for a place first.
   *
   * @throws ThrottledException where the function's reserved concurrency is in use
   */
  public InvocationResult invoke(byte[] payload) throws InterruptedException {
    if (!throttles) {
      places.acquire();
    } else if (!places.tryAcquire(0, TimeUnit.SECONDS)) {
      throw new ThrottledException(function.name(), function.reservedConcurrency().orElseThrow());
    }
    return invokeInPlace(payload);
  }

  /** Runs one event to its end; waits for a place as asynchronous events do on Lambda. */
  public InvocationResult invokeLater(byte[] payload) throws InterruptedException {
    places.acquire();
    return invokeInPlace(payload);
  }

  private InvocationResult invokeInPlace(byte[] payload) throws InterruptedException {
    try {
      ExecutionEnvironment environment = take();
      try {
        return environment.invoke(payload);
      } finally {
        putBack(environment);
      }
    } finally {
      places.release();
    }
  }

  private synchronized ExecutionEnvironment take() {
    if (closed) {
      throw new IllegalStateException(function.name() + " is being shut down");
    }
    while (!idle.isEmpty()) {
      ExecutionEnvironment environment = idle.pop();
      if (environment.isAlive()) {
        return environment;
      }
      drop(environment);
    }
    ExecutionEnvironment environment =
        new ExecutionEnvironment(launch, function, numbers.incrementAndGet());
    all.add(environment);
    return environment;
  }

  private synchronized void putBack(ExecutionEnvironment environment) {
    if (environment.isAlive() && !closed) {
      idle.push(environment);
    } else {
      drop(environment);
    }
  }

  private void drop(ExecutionEnvironment environment) {
    all.remove(environment);
    environment.close();
  }

  @Override
  public void close() {
    List<ExecutionEnvironment> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(all);
    }
    ending.forEach(ExecutionEnvironment::kill); // all at once, then wait for each
    ending.forEach(ExecutionEnvironment::close);
  }
}

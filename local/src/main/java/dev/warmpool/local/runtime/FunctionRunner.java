package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One function with its execution environments: the most recently used one with room takes an
 * event, else one that has to be reset, else a new one up to the limit, past which events wait in
 * order. Thread-safe.
 */
public final class FunctionRunner implements AutoCloseable {

  private final LaunchContext launch;
  private final FunctionDefinition function;
  private final int limit;
  private final boolean throttles;
  private final Semaphore places;
  private final Deque<ExecutionEnvironment> open = new ArrayDeque<>();
  private final Set<ExecutionEnvironment> all = new HashSet<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private boolean closed;

  FunctionRunner(LaunchContext launch, FunctionDefinition function) {
    this.launch = launch;
    this.function = function;
    int capacity = launch.settings().max() * launch.concurrency();
    int reserved = function.reservedConcurrency().orElse(Integer.MAX_VALUE);
    this.limit = Math.min(capacity, reserved);
    this.throttles = launch.settings().throttles() || reserved <= capacity;
    this.places = new Semaphore(limit, true);
  }

  /** Its definition. */
  public FunctionDefinition function() {
    return function;
  }

  /** The processes there are, by id. */
  public synchronized List<Long> processes() {
    return all.stream()
        .filter(ExecutionEnvironment::isAlive)
        .map(ExecutionEnvironment::pid)
        .toList();
  }

  /** Connections to the database that each environment holds, by its number, where it is known. */
  public synchronized Map<Integer, Integer> connections() {
    Map<Integer, Integer> connections = new TreeMap<>();
    all.forEach(
        environment ->
            environment
                .connections()
                .ifPresent(count -> connections.put(environment.number(), count)));
    return connections;
  }

  /**
   * Starts as many environments and waits for the end of their init phases, as for provisioned
   * concurrency; where a snapshot is taken, they are at their checkpoints then. Waits for places.
   */
  public void prepare(int environments) throws InterruptedException {
    List<ExecutionEnvironment> prepared = new ArrayList<>();
    try {
      for (int i = 0; i < environments; i++) {
        places.acquire();
        prepared.add(take());
      }
      for (ExecutionEnvironment environment : prepared) {
        environment.initialize();
      }
    } finally {
      prepared.forEach(this::putBack);
      places.release(prepared.size());
    }
  }

  /**
   * Runs one event to its end; waits for a place first.
   *
   * @throws ThrottledException where the function's reserved concurrency is in use, or events past
   *     the limit are refused
   */
  public InvocationResult invoke(byte[] payload) throws InterruptedException {
    if (!throttles) {
      places.acquire();
    } else if (!places.tryAcquire(0, TimeUnit.SECONDS)) {
      throw new ThrottledException(function.name(), limit);
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
    ExecutionEnvironment environment =
        open.stream()
            .filter(candidate -> candidate.isAlive() && !candidate.isTooOld())
            .findFirst()
            .or(() -> open.stream().filter(lost -> !lost.isAlive()).findFirst())
            .orElseGet(this::added);
    open.remove(environment);
    if (environment.take()) {
      open.push(environment);
    }
    return environment;
  }

  private ExecutionEnvironment added() {
    ExecutionEnvironment environment =
        new ExecutionEnvironment(launch, function, numbers.incrementAndGet());
    all.add(environment);
    return environment;
  }

  private synchronized void putBack(ExecutionEnvironment environment) {
    environment.putBack();
    open.remove(environment);
    open.push(environment);
    if (closed) {
      environment.close();
    }
  }

  /** Ends the environments that nobody has used for long, and those that are too old. */
  void reap() {
    List<ExecutionEnvironment> over;
    synchronized (this) {
      over = open.stream().filter(ExecutionEnvironment::isOver).toList();
      open.removeAll(over);
      over.forEach(all::remove);
    }
    over.forEach(ExecutionEnvironment::close);
  }

  @Override
  public void close() {
    List<ExecutionEnvironment> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(all);
    }
    ending.forEach(ExecutionEnvironment::terminate); // all at once, then wait for each
    ending.forEach(ExecutionEnvironment::close);
  }
}

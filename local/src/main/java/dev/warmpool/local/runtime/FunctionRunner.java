package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A function with its execution environments. An invocation takes the most recently used
 * environment with room; without one, an environment that has to be reset; without one, a new one.
 * Past the limit, invocations wait in order. Thread-safe.
 */
public final class FunctionRunner implements AutoCloseable {

  private final LaunchContext launch;
  private final FunctionDefinition function;
  private final int limit;
  private final boolean throttles;
  private final Semaphore permits;

  /** Environments with room, the most recently used first. */
  private final Deque<ExecutionEnvironment> available = new ArrayDeque<>();

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
    this.permits = new Semaphore(limit, true);
  }

  /** The function's definition. */
  public FunctionDefinition function() {
    return function;
  }

  /** The number of invocations that run at once. */
  public int limit() {
    return limit;
  }

  /** The ids of the processes that are alive. */
  public synchronized List<Long> processes() {
    return all.stream()
        .filter(ExecutionEnvironment::isAlive)
        .map(ExecutionEnvironment::pid)
        .toList();
  }

  /** Open database connections by environment number, for environments that count them. */
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
   * Starts this many environments and waits for the end of their init phases, as provisioned
   * concurrency does; with snapshots, they are at their checkpoints then. Waits for permits.
   */
  public void prepare(int environments) throws InterruptedException {
    List<ExecutionEnvironment> prepared = new ArrayList<>();
    try {
      for (int i = 0; i < environments; i++) {
        permits.acquire();
        prepared.add(acquire(Optional.empty()));
      }
      for (ExecutionEnvironment environment : prepared) {
        environment.initialize();
      }
    } finally {
      prepared.forEach(this::release);
      permits.release(prepared.size());
    }
  }

  /** Runs an invocation with this event: see {@link #call}. */
  public InvocationResult invoke(byte[] payload) throws InterruptedException {
    return call(InvocationRequest.of(payload));
  }

  /**
   * Runs an invocation; waits for a permit first, then for the result.
   *
   * @throws ThrottledException if the reserved concurrency is used up, or, with {@code
   *     LOCAL_THROTTLE}, if all environments are in use
   */
  public InvocationResult call(InvocationRequest request) throws InterruptedException {
    if (!throttles) {
      permits.acquire();
    } else if (!permits.tryAcquire(0, TimeUnit.SECONDS)) {
      throw throttled(request.id());
    }
    return invokeWithPermit(request);
  }

  /**
   * As {@link #call}, but always waits for a permit, as asynchronous events do on Lambda.
   *
   * @param requestId id of the event, the same at each attempt
   * @param patience limit on the wait for the permit
   * @throws ThrottledException if it is exceeded
   */
  public InvocationResult invokeLater(String requestId, byte[] payload, Duration patience)
      throws InterruptedException {
    if (!permits.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw throttled(requestId);
    }
    return invokeWithPermit(InvocationRequest.named(requestId, payload));
  }

  private ThrottledException throttled(String requestId) {
    launch.observers().throttled(requestId, function.name(), Instant.now());
    return new ThrottledException(requestId, function.name(), limit);
  }

  private InvocationResult invokeWithPermit(InvocationRequest request) throws InterruptedException {
    try {
      ExecutionEnvironment environment = acquire(request.tenant());
      try {
        return environment.invoke(request);
      } finally {
        release(environment);
      }
    } finally {
      permits.release();
    }
  }

  private ExecutionEnvironment acquire(Optional<String> tenant) {
    int version = launch.archives().refresh(function);
    retireOthers(version);
    return acquire(new ExecutionEnvironment.Kind(version, tenant));
  }

  /** Shuts down the idle environments of other versions; those that run are when they end. */
  private void retireOthers(int version) {
    List<ExecutionEnvironment> others;
    synchronized (this) {
      others =
          available.stream()
              .filter(environment -> environment.kind().version() != version)
              .toList();
      available.removeAll(others);
      others = others.stream().filter(environment -> environment.usage().isIdle()).toList();
      others.forEach(all::remove);
    }
    others.forEach(ExecutionEnvironment::close);
  }

  private synchronized ExecutionEnvironment acquire(ExecutionEnvironment.Kind kind) {
    if (closed) {
      throw new IllegalStateException(function.name() + " is being shut down");
    }
    List<ExecutionEnvironment> fitting =
        available.stream().filter(environment -> environment.kind().equals(kind)).toList();
    ExecutionEnvironment environment =
        fitting.stream()
            .filter(candidate -> candidate.isAlive() && !candidate.usage().isTooOld())
            .findFirst()
            .or(() -> fitting.stream().filter(lost -> !lost.isAlive()).findFirst())
            .orElseGet(() -> create(kind));
    available.remove(environment);
    if (environment.usage().acquire()) {
      available.push(environment);
    }
    return environment;
  }

  private ExecutionEnvironment create(ExecutionEnvironment.Kind kind) {
    ExecutionEnvironment environment =
        new ExecutionEnvironment(launch, function, numbers.incrementAndGet(), kind);
    all.add(environment);
    return environment;
  }

  private void release(ExecutionEnvironment environment) {
    if (isOver(environment)) {
      environment.close();
    }
  }

  /** Makes an environment available again, unless its archive has changed or the run ends. */
  private synchronized boolean isOver(ExecutionEnvironment environment) {
    environment.usage().release();
    available.remove(environment);
    boolean outdated = environment.kind().version() != launch.archives().version(function);
    if (!outdated) {
      available.push(environment);
    } else if (environment.usage().isIdle()) {
      all.remove(environment);
    }
    return closed || outdated && environment.usage().isIdle();
  }

  /** Shuts down the environments that are idle for too long or too old. */
  void reap() {
    List<ExecutionEnvironment> expired;
    synchronized (this) {
      expired = available.stream().filter(environment -> environment.usage().isExpired()).toList();
      available.removeAll(expired);
      expired.forEach(all::remove);
    }
    expired.forEach(ExecutionEnvironment::close);
  }

  @Override
  public void close() {
    List<ExecutionEnvironment> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(all);
    }
    ending.forEach(ExecutionEnvironment::terminate); // SIGTERM to all, then one wait for each
    ending.forEach(ExecutionEnvironment::close);
  }
}

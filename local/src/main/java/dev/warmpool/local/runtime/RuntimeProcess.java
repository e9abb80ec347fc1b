package dev.warmpool.local.runtime;

import dev.warmpool.local.runtime.InvocationReport.Outcome;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One process of an execution environment and its Runtime API, from start to end. The process is
 * frozen at its checkpoint and whenever it asks for the next event; it is thawed for a restore and
 * for an event. Thread-safe.
 */
final class RuntimeProcess implements RuntimeApi.Listener, AutoCloseable {

  private final LaunchContext launch;
  private final RuntimeApi api;
  private final FunctionProcess process;
  private final EnvironmentInfo identity;
  private final ProcessLog log;
  private final Future<?> logReader;
  private final Runnable whileFrozen;
  private final ProcessPhases phases = new ProcessPhases();
  private final CompletableFuture<Invocation.Response> fault = new CompletableFuture<>();
  private final Map<String, Invocation> running = new ConcurrentHashMap<>();
  private final AtomicBoolean shutDown = new AtomicBoolean();
  private volatile EnvironmentState end = EnvironmentState.LOST;

  /**
   * Starts the process.
   *
   * @param number the number of its environment
   * @param whileFrozen runs each time the process has been frozen between two events
   */
  RuntimeProcess(
      LaunchContext launch, FunctionDefinition function, int number, Runnable whileFrozen) {
    this.launch = launch;
    this.whileFrozen = whileFrozen;
    try {
      this.api = new RuntimeApi(launch.threads(), LaunchContext.arn(function.name()));
      this.process = started(function);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.identity =
        new EnvironmentInfo(function.name(), number, process.pid(), launch.settings().type());
    this.log = new ProcessLog(function.name() + "#" + number, process.output());
    this.logReader = launch.readRepeatedly(log);
    changed(EnvironmentState.INIT);
    api.serve(this);
    process.onExit().thenRun(this::exited);
  }

  private FunctionProcess started(FunctionDefinition function) throws IOException {
    try {
      return FunctionProcess.start(launch, function, api.address());
    } catch (IOException e) {
      api.close();
      throw e;
    }
  }

  EnvironmentInfo identity() {
    return identity;
  }

  ProcessLog log() {
    return log;
  }

  ProcessPhases phases() {
    return phases;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private void changed(EnvironmentState state) {
    launch.observers().changed(identity, state, Instant.now());
  }

  /** Whether the process waits at its checkpoint. */
  boolean isAtCheckpoint() {
    return launch.settings().type() == InitializationType.SNAP_START && !phases.isRestored();
  }

  /** Continues the process after its checkpoint and waits until its hooks have run or it ended. */
  void restore(Duration limit) throws InterruptedException, TimeoutException {
    changed(EnvironmentState.RESTORED);
    api.restore();
    process.thaw();
    phases.awaitRestored(limit);
  }

  /** Sends an event and does not wait; {@link Invocation#response} completes with its result. */
  void deliver(Invocation invocation) {
    phases.busy();
    running.put(invocation.id(), invocation);
    if (!process.isAlive()) {
      exited(); // the process ended before this invocation was registered
      return;
    }
    changed(EnvironmentState.RUNNING);
    api.send(invocation);
    process.thaw();
  }

  /** Ignores the invocation's response from now on. */
  void forget(Invocation invocation) {
    running.remove(invocation.id());
  }

  /** The error of an invocation whose process ended before it took the event. */
  Invocation.Response failure(Invocation invocation) {
    Invocation.Response response =
        fault.getNow(LambdaErrors.exited(invocation, process.exitValue()));
    return phases.isInitialized()
        ? response
        : new Invocation.Response(response.payload(), Outcome.FAILED_START);
  }

  @Override
  public void checkpointed() {
    process.freeze();
    changed(EnvironmentState.CHECKPOINT);
    phases.initialized(phases.millisSinceStart());
  }

  /**
   * Freezes the process, then completes the waits: the next event is sent only after them, so the
   * process cannot be frozen with an event that it has just received.
   */
  @Override
  public void ready() {
    double initMillis = phases.millisSinceStart();
    CompletableFuture<Void> idle = phases.idle(); // an event that follows gets another future
    if (running.isEmpty() && !isConcurrent()) {
      freeze();
    }
    if (phases.initialized(initMillis) && isConcurrent()) {
      changed(EnvironmentState.IDLE);
    }
    phases.restored();
    idle.complete(null);
  }

  private boolean isConcurrent() {
    return launch.settings().type() == InitializationType.MANAGED_INSTANCES;
  }

  private void freeze() {
    process.freeze();
    changed(process.freezes() ? EnvironmentState.FROZEN : EnvironmentState.IDLE);
    if (process.freezes()) {
      whileFrozen.run();
    }
  }

  @Override
  public void responded(String id, Invocation.Response response) {
    Invocation invocation = running.remove(id);
    if (invocation != null) {
      invocation.response().complete(response);
    }
    if (isConcurrent() && running.isEmpty()) {
      changed(EnvironmentState.IDLE);
    }
  }

  @Override
  public void failed(byte[] error) {
    fault.complete(new Invocation.Response(error, Outcome.CRASHED));
  }

  private void exited() {
    for (Invocation invocation : running.values()) {
      invocation.response().complete(failure(invocation));
    }
    if (phases.ended()) {
      boolean started = phases.isInitialized() || end != EnvironmentState.LOST;
      changed(started ? end : EnvironmentState.FAILED_START);
    }
    phases.idle().complete(null);
  }

  /** Names the end that follows; without a name it is a loss or a failed start. */
  void expectEnd(EnvironmentState reason) {
    end = reason;
  }

  /** Starts the shutdown as Lambda does, see {@link FunctionProcess#terminate}. Does not wait. */
  void terminate() {
    if (process.isAlive() && process.hasShutdownPhase() && shutDown.compareAndSet(false, true)) {
      changed(EnvironmentState.SHUTDOWN);
    }
    process.terminate();
  }

  /** Terminates the process, kills it after Lambda's shutdown limit, and waits for its end. */
  @Override
  public void close() {
    terminate();
    process.awaitEnd();
    api.close();
    logReader.cancel(false);
    log.drain();
  }
}

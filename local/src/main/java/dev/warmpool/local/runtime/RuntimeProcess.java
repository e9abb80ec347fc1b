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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that runs a function's handler, from its start to its end: frozen at its checkpoint and
 * as soon as it asks for the next event, thawed to be restored and for an event. Thread-safe.
 */
final class RuntimeProcess implements RuntimeApi.Listener, AutoCloseable {

  private final LaunchContext launch;
  private final RuntimeApi api;
  private final FunctionProcess process;
  private final EnvironmentInfo identity;
  private final ProcessLog log;
  private final Future<?> logReader;
  private final Runnable frozen;
  private final long began = System.nanoTime();
  private final CompletableFuture<Double> initMillis = new CompletableFuture<>();
  private final CompletableFuture<Void> restored = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletableFuture<Invocation.Response> fault = new CompletableFuture<>();
  private final Map<String, Invocation> running = new ConcurrentHashMap<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile CompletableFuture<Void> idle = new CompletableFuture<>();

  /**
   * Starts it.
   *
   * @param number of its environment
   * @param frozen is run while the process is frozen between two events
   */
  RuntimeProcess(LaunchContext launch, FunctionDefinition function, int number, Runnable frozen) {
    this.launch = launch;
    this.frozen = frozen;
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

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isInitialized() {
    return initMillis.isDone();
  }

  double initMillis() {
    return initMillis.join();
  }

  private void changed(EnvironmentState state) {
    launch.observers().changed(identity, state, Instant.now());
  }

  /**
   * Waits for the end of the init phase.
   *
   * @return false where the process ended or the limit passed first
   */
  boolean awaitInit(Duration limit) throws InterruptedException {
    try {
      await(CompletableFuture.anyOf(initMillis, ended), limit);
      return initMillis.isDone();
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Whether it waits at its checkpoint. */
  boolean isAtCheckpoint() {
    return launch.settings().type() == InitializationType.SNAP_START && !restored.isDone();
  }

  /** Continues it behind its checkpoint and waits until it has done with its hooks, or ended. */
  void restore(Duration limit) throws InterruptedException, TimeoutException {
    changed(EnvironmentState.RESTORED);
    api.restore();
    process.thaw();
    await(CompletableFuture.anyOf(restored, ended), limit);
  }

  /** Hands the event over; the answer's end, not this, tells what came of it. */
  void deliver(Invocation invocation) {
    idle = new CompletableFuture<>();
    running.put(invocation.id(), invocation);
    if (!process.isAlive()) {
      exited(); // before there was an invocation to tell it
      return;
    }
    changed(EnvironmentState.RUNNING);
    api.send(invocation);
    process.thaw();
  }

  /** Waits until it has asked for the next event, or ended. */
  void awaitIdle(Duration limit) throws InterruptedException, TimeoutException {
    await(idle, limit);
  }

  static void await(CompletableFuture<?> event, Duration limit)
      throws InterruptedException, TimeoutException {
    try {
      event.handle((value, error) -> true).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // an event that fails is an event, too
    }
  }

  /** Nobody waits for this invocation any more. */
  void forget(Invocation invocation) {
    running.remove(invocation.id());
  }

  /** What to answer where it ended before it took the event. */
  Invocation.Response failure(Invocation invocation) {
    return fault.getNow(LambdaErrors.exited(invocation, process.exitValue()));
  }

  @Override
  public void checkpointed() {
    process.freeze();
    changed(EnvironmentState.CHECKPOINT);
    initMillis.complete((System.nanoTime() - began) / 1e6);
  }

  /**
   * Nobody hands an event over before the futures say so, so the process is not frozen with one.
   */
  @Override
  public void ready() {
    double sinceStart = (System.nanoTime() - began) / 1e6;
    CompletableFuture<Void> awaited = idle; // the next event's has another
    if (running.isEmpty() && !isConcurrent()) {
      rest();
    }
    if (initMillis.complete(sinceStart) && isConcurrent()) {
      changed(EnvironmentState.IDLE);
    }
    restored.complete(null);
    awaited.complete(null);
  }

  private boolean isConcurrent() {
    return launch.settings().type() == InitializationType.MANAGED_INSTANCES;
  }

  private void rest() {
    process.freeze();
    changed(process.freezes() ? EnvironmentState.FROZEN : EnvironmentState.IDLE);
    if (process.freezes()) {
      frozen.run();
    }
  }

  @Override
  public void answered(String id, Invocation.Response answer) {
    Invocation invocation = running.remove(id);
    if (invocation != null) {
      invocation.answer().complete(answer);
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
      invocation.answer().complete(failure(invocation));
    }
    if (ended.complete(null)) {
      changed(EnvironmentState.LOST);
    }
    idle.complete(null);
  }

  /**
   * Tells it to end, in the way that Lambda does: by SIGTERM where an extension is registered, else
   * by SIGKILL. Does not wait.
   */
  void terminate() {
    if (process.isAlive() && process.isAsked() && told.compareAndSet(false, true)) {
      changed(EnvironmentState.SHUTDOWN);
    }
    process.terminate();
  }

  /** Has it end, kills it where it takes longer than Lambda gives it, and waits for that. */
  @Override
  public void close() {
    terminate();
    process.awaitEnd();
    api.close();
    logReader.cancel(false);
    log.drain();
  }
}

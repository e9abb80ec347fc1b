package dev.warmpool.local.runtime;

import dev.warmpool.local.runtime.InvocationReport.Outcome;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A child process that runs one function's handler under AWS's runtime client, one event at a time:
 * frozen as soon as it asks for the next one, thawed for it, ended on a time-out. One caller at a
 * time; {@link #close} from any thread.
 */
final class ExecutionEnvironment implements RuntimeApi.Listener, AutoCloseable {

  /** Lambda's limit on the init phase; an init that takes longer goes on in the invocation. */
  private static final Duration INIT_LIMIT = Duration.ofSeconds(10);

  /** Between an answer and the request for the next event the runtime client does nothing. */
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(1);

  /** The process is killed, so this is only for the system to notice. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(2);

  private final FunctionDefinition function;
  private final boolean freezes;
  private final RuntimeApi api;
  private final Process process;
  private final ChildLog log;
  private final Future<?> logReader;
  private final long began = System.nanoTime();
  private final CompletableFuture<Double> initMillis = new CompletableFuture<>();
  private final CompletableFuture<Invocation.Answer> initError = new CompletableFuture<>();
  private volatile @Nullable Invocation current;
  private volatile CompletableFuture<Void> idle = new CompletableFuture<>();
  private final RuntimeObserver observer;
  private final Environment identity;
  private final AtomicBoolean lost = new AtomicBoolean();
  private boolean reportedInit;

  ExecutionEnvironment(Launch launch, FunctionDefinition function, int number) {
    this.function = function;
    this.freezes = launch.freeze() && Signals.areAvailable();
    try {
      this.api = new RuntimeApi(launch.threads(), this);
      this.process = start(launch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.log = new ChildLog(function.name() + "#" + number, process.getInputStream());
    this.observer = launch.observers();
    this.identity =
        new Environment(function.name(), number, process.pid(), InitializationType.ON_DEMAND);
    changed(EnvironmentState.INIT);
    this.logReader = launch.readRepeatedly(log);
    process.onExit().thenRun(this::exited);
  }

  private Process start(Launch launch) throws IOException {
    Path task = launch.archives().taskRoot(function);
    ProcessBuilder builder = new ProcessBuilder(launch.client().command(function));
    builder.directory(task.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(Launch.INHERITED);
    environment.putAll(function.environment());
    environment.putAll(Launch.lambdaVariables(function, task));
    environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
    try {
      return builder.start();
    } catch (IOException e) {
      api.close();
      throw e;
    }
  }

  private void changed(EnvironmentState state) {
    observer.changed(identity, state, Instant.now());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Runs one event; ends with an answer, an error of the function, or the end of the process. */
  InvocationResult invoke(byte[] payload) throws InterruptedException {
    Duration timeout = Duration.ofSeconds(function.timeoutSeconds());
    Invocation invocation = new Invocation(payload, timeout);
    log.begin(invocation);
    observer.began(invocation.id(), identity, Instant.now());
    try {
      await(idle, INIT_LIMIT.plus(timeout));
      deliver(invocation);
      await(invocation.answer(), timeout);
      await(idle, IDLE_LIMIT);
    } catch (TimeoutException e) {
      invocation.answer().complete(Failure.timedOut(invocation, function.timeoutSeconds()));
      close();
    } finally {
      current = null;
      Report report = report(invocation);
      log.end(invocation, report.line(invocation.id()));
      Outcome outcome =
          invocation.answer().isDone() ? invocation.answer().join().outcome() : Outcome.CRASHED;
      observer.ended(
          new InvocationReport(
              invocation.id(),
              identity,
              invocation.beginning(),
              report.millis(),
              report.initMillis(),
              outcome,
              invocation.logTail()));
    }
    Invocation.Answer answer = invocation.answer().join();
    return new InvocationResult(
        invocation.id(), answer.payload(), answer.failed(), invocation.logTail());
  }

  private static void await(CompletableFuture<?> event, Duration limit)
      throws InterruptedException, TimeoutException {
    CompletableFuture<Void> done = event.handle((value, error) -> null);
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void deliver(Invocation invocation) {
    invocation.begin();
    idle = new CompletableFuture<>();
    current = invocation;
    if (!process.isAlive()) {
      exited(); // before there was an invocation to tell it
      return;
    }
    changed(EnvironmentState.RUNNING);
    api.send(invocation);
    if (freezes) {
      Signals.thaw(process.pid());
    }
  }

  @Override
  public void ready() {
    initMillis.complete((System.nanoTime() - began) / 1e6);
    Invocation running = current;
    boolean busy = running != null && !running.answer().isDone();
    if (!busy) {
      if (freezes) {
        Signals.freeze(process.pid());
      }
      changed(freezes ? EnvironmentState.FROZEN : EnvironmentState.IDLE);
      idle.complete(null);
    }
  }

  @Override
  public void answered(String id, Invocation.Answer answer) {
    Invocation running = current;
    if (running != null && running.id().equals(id)) {
      running.answer().complete(answer);
    }
  }

  @Override
  public void initFailed(byte[] error) {
    initError.complete(new Invocation.Answer(error, Outcome.CRASHED));
  }

  @Override
  public String arn() {
    return Launch.arn(function.name());
  }

  private void exited() {
    if (lost.compareAndSet(false, true)) {
      changed(EnvironmentState.LOST);
    }
    Invocation running = current;
    if (running != null) {
      Invocation.Answer exit = Failure.exited(running, process.exitValue());
      running.answer().complete(initError.getNow(exit));
    }
    idle.complete(null);
  }

  private Report report(Invocation invocation) {
    boolean first = !reportedInit && initMillis.isDone();
    reportedInit |= first;
    return new Report(
        invocation.millis(),
        first ? initMillis.join() : 0,
        function.memoryMegabytes(),
        Memory.used(process.pid()));
  }

  /** Does not wait. A frozen process does not listen to anything milder. */
  void kill() {
    process.destroyForcibly();
  }

  /** Kills the process and waits for its end. */
  @Override
  public void close() {
    kill();
    try {
      process.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    api.close();
    logReader.cancel(false);
    log.drain();
  }
}

package dev.warmpool.local.runtime;

import dev.warmpool.local.Output;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A child process that runs one function's handler under AWS's runtime client, one event at a time:
 * frozen as soon as it asks for the next one, thawed for it, ended on a time-out. One caller at a
 * time; {@link #close} from any thread.
 */
final class ExecutionEnvironment implements RuntimeApi.Listener, AutoCloseable {

  /** Lambda's limit on the init phase. */
  private static final Duration INIT_LIMIT = Duration.ofSeconds(10);

  /** The process is killed, so this is only for the system to notice. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(2);

  private final FunctionDefinition function;
  private final String label;
  private final boolean freezes;
  private final RuntimeApi api;
  private final Process process;
  private final long began = System.nanoTime();
  private final CompletableFuture<Double> initMillis = new CompletableFuture<>();
  private volatile @Nullable Invocation current;
  private volatile CompletableFuture<Void> idle = new CompletableFuture<>();
  private boolean reportedInit;

  ExecutionEnvironment(Launch launch, FunctionDefinition function, int number) {
    this.function = function;
    this.label = function.name() + "#" + number;
    this.freezes = launch.freeze() && Signals.areAvailable();
    try {
      this.api = new RuntimeApi(launch.threads(), this);
      this.process = start(launch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    launch.threads().execute(this::copyLog);
    process.onExit().thenAccept(this::exited);
  }

  private Process start(Launch launch) throws IOException {
    Path task = launch.taskRoot(function);
    ProcessBuilder builder = new ProcessBuilder(launch.client().command(function));
    builder.directory(task.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(Launch.INHERITED);
    environment.putAll(function.environment());
    environment.putAll(Launch.lambdaVariables(function, task));
    environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
    return builder.start();
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
    Invocation invocation = new Invocation(payload, Instant.now().plus(timeout));
    current = invocation;
    try {
      Duration spare = initMillis.isDone() ? Duration.ZERO : INIT_LIMIT;
      idle = new CompletableFuture<>();
      api.send(invocation);
      if (freezes) {
        Signals.thaw(process.pid());
      }
      InvocationResult result =
          invocation.result().get(timeout.plus(spare).toMillis(), TimeUnit.MILLISECONDS);
      awaitIdle();
      return result;
    } catch (TimeoutException e) {
      close();
      return failure(
          invocation,
          "%s Task timed out after %d.00 seconds"
              .formatted(invocation.id(), function.timeoutSeconds()),
          "Sandbox.Timedout");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      report(invocation);
      current = null;
    }
  }

  /** Until it asks for the next event, or dies: Lambda, too, hands it none before. */
  private void awaitIdle() throws InterruptedException {
    try {
      idle.get(1, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      close();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void ready() {
    initMillis.complete((System.nanoTime() - began) / 1e6);
    Invocation running = current;
    boolean busy = running != null && !running.result().isDone();
    if (!busy) {
      if (freezes) {
        Signals.freeze(process.pid());
      }
      idle.complete(null);
    }
  }

  @Override
  public void answered(String id, byte[] payload, boolean failed) {
    Invocation running = current;
    if (running != null && running.id().equals(id)) {
      running.result().complete(new InvocationResult(payload, failed, running.logTail()));
    }
  }

  @Override
  public void initFailed(byte[] error) {
    Invocation running = current;
    if (running != null) {
      running.result().complete(new InvocationResult(error, true, running.logTail()));
    }
  }

  @Override
  public String arn() {
    return Launch.arn(function.name());
  }

  private void exited(Process ended) {
    Invocation running = current;
    if (running != null) {
      String message =
          "RequestId: %s Error: Runtime exited with error: exit status %d"
              .formatted(running.id(), ended.exitValue());
      running.result().complete(failure(running, message, "Runtime.ExitError"));
    }
    idle.complete(null);
  }

  private static InvocationResult failure(Invocation invocation, String message, String type) {
    String json = "{\"errorMessage\":\"%s\",\"errorType\":\"%s\"}".formatted(message, type);
    return new InvocationResult(json.getBytes(StandardCharsets.UTF_8), true, invocation.logTail());
  }

  private void copyLog() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Invocation running = current;
        if (running != null) {
          running.log(line);
        }
        Output.line(label + " | " + line);
      }
    } catch (IOException e) {
      Output.line(label + " | log ended: " + e.getMessage());
    }
  }

  private void report(Invocation invocation) {
    boolean first = !reportedInit && initMillis.isDone();
    double init = first ? initMillis.join() : 0;
    double millis = Math.max(0, invocation.millis() - init);
    reportedInit |= first;
    Output.line(
        "%s | REPORT RequestId: %s Duration: %.2f ms Billed Duration: %.0f ms Memory Size: %d MB%s%s"
            .formatted(
                label,
                invocation.id(),
                millis,
                Math.ceil(millis),
                function.memoryMegabytes(),
                Memory.used(process.pid()),
                first ? " Init Duration: %.2f ms".formatted(init) : ""));
  }

  /** Kills the process: a frozen one does not listen to anything milder. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    api.close();
  }
}

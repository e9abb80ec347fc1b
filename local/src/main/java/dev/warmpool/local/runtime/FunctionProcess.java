package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An operating system's process that runs a function's handler: started with what Lambda gives it,
 * stopped and continued, ended within Lambda's budget. Thread-safe.
 */
final class FunctionProcess {

  /** The process is killed, so this is only for the system to notice. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(2);

  private final Process process;
  private final boolean freezes;
  private final Duration shutdown;

  private FunctionProcess(Process process, EnvironmentSettings settings) {
    this.process = process;
    this.freezes =
        settings.freezes()
            && settings.type() != InitializationType.MANAGED_INSTANCES
            && Signals.areAvailable();
    this.shutdown = settings.extension().shutdown();
  }

  /**
   * Starts it.
   *
   * @param api the Runtime API's address
   */
  static FunctionProcess start(LaunchContext launch, FunctionDefinition function, String api)
      throws IOException {
    Path task = launch.archives().taskRoot(function);
    ProcessBuilder builder = new ProcessBuilder(launch.client().command(function));
    builder.directory(task.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(LaunchContext.INHERITED);
    environment.putAll(function.environment());
    environment.putAll(launch.lambdaVariables(function, task));
    environment.put("AWS_LAMBDA_RUNTIME_API", api);
    return new FunctionProcess(builder.start(), launch.settings());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitValue() {
    return process.exitValue();
  }

  /** What it prints, to both streams. */
  InputStream output() {
    return process.getInputStream();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Whether freezing does anything. */
  boolean freezes() {
    return freezes;
  }

  void freeze() {
    if (freezes) {
      Signals.freeze(process.pid());
    }
  }

  void thaw() {
    if (freezes) {
      Signals.thaw(process.pid());
    }
  }

  /** Whether it is asked to end before it is killed: only where there is an extension. */
  boolean isAsked() {
    return !shutdown.isZero();
  }

  /** Sends the first signal of its end and does not wait. */
  void terminate() {
    if (isAsked()) {
      thaw(); // a frozen process does not listen to anything milder than SIGKILL
      process.destroy();
    } else {
      process.destroyForcibly();
    }
  }

  /** Waits for its end as long as Lambda does, then kills it. */
  void awaitEnd() {
    try {
      process.waitFor(shutdown.toMillis(), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      process.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

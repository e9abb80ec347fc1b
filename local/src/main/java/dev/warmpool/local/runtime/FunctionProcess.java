package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The operating system's process that runs a function's handler: started with Lambda's environment
 * variables, frozen and thawed by signals, ended within Lambda's time limit. Thread-safe.
 */
final class FunctionProcess {

  private static final Set<String> KEYS =
      Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

  /** Limit on the wait after SIGKILL. */
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
   * Starts the process.
   *
   * @param api address of its Runtime API
   */
  static FunctionProcess start(LaunchContext launch, FunctionDefinition function, String api)
      throws IOException {
    Path task = launch.archives().taskRoot(function);
    ProcessBuilder builder = new ProcessBuilder(launch.client().command(function));
    builder.directory(task.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(LaunchContext.INHERITED);
    environment.putAll(launch.settings().aws());
    if (function.environment().containsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
      environment.keySet().removeAll(KEYS); // they would come first, as on Lambda they cannot
    }
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

  /** Standard output and standard error together. */
  InputStream output() {
    return process.getInputStream();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Whether {@link #freeze} stops the process. */
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

  /** Whether SIGTERM precedes SIGKILL: on Lambda, only if an extension is registered. */
  boolean hasShutdownPhase() {
    return !shutdown.isZero();
  }

  /** Sends SIGTERM, or SIGKILL without a shutdown phase, and does not wait. */
  void terminate() {
    if (hasShutdownPhase()) {
      thaw(); // a frozen process handles no signal but SIGKILL
      process.destroy();
    } else {
      process.destroyForcibly();
    }
  }

  /** Waits for the end as long as Lambda does, then sends SIGKILL. */
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

package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** All functions of a template, ready to be invoked. Thread-safe. */
public final class Functions implements AutoCloseable {

  /** Interval of the checks for expired environments; idle times are whole seconds. */
  private static final int REAP_MILLIS = 250;

  private final Path folder;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Functions::daemon);
  private final Map<String, FunctionRunner> runners = new LinkedHashMap<>();
  private final ObserverList observers = new ObserverList();

  private Functions(Path folder) {
    this.folder = folder;
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "function-timer");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Unpacks the functions' archives. Processes are started by invocations.
   *
   * @param workspace the run's folder
   * @param settings settings of each function's environments
   * @param threads unbounded executor for the Runtime API's blocking requests
   */
  public static Functions of(
      List<FunctionDefinition> definitions,
      Workspace workspace,
      EnvironmentSettings settings,
      ExecutorService threads) {
    try {
      Functions functions = new Functions(Files.createDirectory(workspace.path("functions")));
      functions.add(definitions, workspace.marker(), settings, threads);
      return functions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(
      List<FunctionDefinition> definitions,
      String marker,
      EnvironmentSettings settings,
      ExecutorService threads) {
    try {
      Archives archives = new Archives(folder);
      definitions.forEach(archives::unpack);
      RuntimeClient client = RuntimeClient.of(settings.client(), marker, folder);
      LaunchContext launch =
          new LaunchContext(archives, client, threads, timer, settings, observers);
      for (FunctionDefinition definition : definitions) {
        runners.put(definition.name(), new FunctionRunner(launch, definition));
      }
      timer.scheduleWithFixedDelay(this::reap, REAP_MILLIS, REAP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void reap() {
    runners.values().forEach(FunctionRunner::reap);
  }

  /** Registers an observer of every environment and invocation. */
  public void observe(RuntimeObserver observer) {
    observers.add(observer);
  }

  /** The definitions of all functions, with the variables that they get here. */
  public List<FunctionDefinition> all() {
    return runners.values().stream().map(FunctionRunner::function).toList();
  }

  /** Finds a function by its logical id. */
  public Optional<FunctionRunner> find(String name) {
    return Optional.ofNullable(runners.get(name));
  }

  /** Returns the function of this logical id, which must exist. */
  public FunctionRunner get(String name) {
    return find(name).orElseThrow();
  }

  /** Ends every process. The archives' folder goes with the workspace. */
  @Override
  public void close() {
    runners.values().forEach(FunctionRunner::close);
    timer.shutdownNow();
  }
}

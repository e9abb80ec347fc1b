package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/** All functions of a template, ready to be invoked. Thread-safe. */
public final class Functions implements AutoCloseable {

  private final Path folder;
  private final Map<String, FunctionRunner> runners = new LinkedHashMap<>();

  private Functions(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the functions' archives; starts no process.
   *
   * @param maxEnvironments for each function
   * @param threads for blocking requests; as many as there is need
   */
  public static Functions of(
      List<FunctionDefinition> definitions,
      int maxEnvironments,
      boolean freeze,
      ExecutorService threads) {
    try {
      Functions functions = new Functions(Files.createTempDirectory("warmpool-local"));
      functions.add(definitions, maxEnvironments, freeze, threads);
      return functions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(
      List<FunctionDefinition> definitions,
      int maxEnvironments,
      boolean freeze,
      ExecutorService threads) {
    try {
      Launch launch = new Launch(folder, new RuntimeClient(folder), threads, freeze);
      for (FunctionDefinition definition : definitions) {
        runners.put(definition.name(), new FunctionRunner(launch, definition, maxEnvironments));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The function of this logical id. */
  public Optional<FunctionRunner> find(String name) {
    return Optional.ofNullable(runners.get(name));
  }

  /** The function of this logical id, which is known to be there. */
  public FunctionRunner get(String name) {
    return find(name).orElseThrow();
  }

  @Override
  public void close() {
    runners.values().forEach(FunctionRunner::close);
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

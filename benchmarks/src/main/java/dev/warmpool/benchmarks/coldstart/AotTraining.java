package dev.warmpool.benchmarks.coldstart;

import java.nio.file.Files;
import java.nio.file.Path;

/** Trains AOT caches (JEP 483 and 514): the cache holds the classes that some events load. */
final class AotTraining {

  /** Enough to load every class of the request's path; the cache holds no compiled code. */
  private static final int EVENTS = 3;

  private AotTraining() {}

  /** Trains a cache on this Java with Lambda's flags; returns the contender with the cache. */
  static Contender train(FunctionProcess.Launch launch, Contender contender, byte[] event)
      throws Exception {
    Path cache = contender.task().resolve("function.aot");
    try (FunctionProcess child =
        new FunctionProcess(launch, contender.with("-XX:AOTCacheOutput=" + cache), "on-demand")) {
      child.api().ready();
      for (int i = 0; i < EVENTS; i++) {
        child.api().answer(event);
      }
      child.terminate(); // the JVM writes the cache when it exits
      if (!Files.exists(cache)) {
        throw new IllegalStateException("no AOT cache was written: " + child.log());
      }
    }
    return contender.with("-XX:AOTCache=" + cache);
  }
}

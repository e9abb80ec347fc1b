package dev.warmpool.benchmarks.coldstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains AOT caches (JEP 483 and 514): the function answers events, and what it took is kept. */
final class AotTraining {

  /** Enough for every class of the path; the cache holds no compiled code. */
  private static final int EVENTS = 3;

  private AotTraining() {}

  /** The same contender with a cache, trained on this Java with Lambda's flags. */
  static Contender train(FunctionProcess.Launch launch, Contender contender, byte[] event)
      throws Exception {
    Path cache = contender.task().resolve("function.aot");
    try (FunctionProcess child =
        new FunctionProcess(launch, with(contender, "-XX:AOTCacheOutput=" + cache), "on-demand")) {
      child.api().ready();
      for (int i = 0; i < EVENTS; i++) {
        child.api().answer(event);
      }
      child.terminate(); // the cache is written on the way out
      if (!Files.exists(cache)) {
        throw new IllegalStateException("no AOT cache was written: " + child.log());
      }
    }
    return with(contender, "-XX:AOTCache=" + cache);
  }

  private static Contender with(Contender contender, String flag) {
    List<String> flags = new ArrayList<>(contender.flags());
    flags.add(flag);
    return new Contender(
        contender.name(),
        contender.handler(),
        contender.task(),
        contender.classPath(),
        flags,
        contender.archiveBytes());
  }
}

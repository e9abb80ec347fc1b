package dev.warmpool.benchmarks.coldstart;

/** The ways to start and measure a contender. */
enum Measurement {
  /** Starts a process and sends its first event. */
  COLD {
    @Override
    StartTimes run(FunctionProcess.Launch launch, Contender contender, byte[] event)
        throws Exception {
      try (FunctionProcess child = new FunctionProcess(launch, contender, "on-demand")) {
        long ready = child.api().ready();
        long asked = System.nanoTime();
        long answered = child.api().answer(event);
        return new StartTimes(child.millis(ready), (answered - asked) / 1e6, child.resident());
      }
    }
  },
  /** Continues a process after its checkpoint and sends its first event. */
  RESTORED {
    @Override
    StartTimes run(FunctionProcess.Launch launch, Contender contender, byte[] event)
        throws Exception {
      try (FunctionProcess child = new FunctionProcess(launch, contender, "snap-start")) {
        long checkpoint = child.api().checkpointed();
        long restored = System.nanoTime();
        child.api().restore();
        long answered = child.api().answer(event);
        return new StartTimes(
            child.millis(checkpoint), (answered - restored) / 1e6, child.resident());
      }
    }
  };

  /** Starts a process, measures it and ends it. */
  abstract StartTimes run(FunctionProcess.Launch launch, Contender contender, byte[] event)
      throws Exception;
}

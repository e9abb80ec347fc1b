package dev.warmpool.benchmarks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the time of every workload as one blocked caller sees it. The contenders take turns, so
 * that disturbances of the machine affect all of them. Confined to one thread.
 */
final class Cases {

  /** Reads and writes of each contender; other workloads run a share of it. */
  private static final int SAMPLES = Integer.getInteger("samples", 240);

  /** Consecutive samples of one contender before the next one's turn. */
  private static final int TURN = 10;

  /** A small client has longer turns: each begins with the whole quota of a period. */
  private static final int SMALL_TURN = 80;

  private static final Duration PERIOD = Duration.ofMillis(100);

  private final Results results;
  private final Contenders contenders;
  private final @Nullable SqlAlchemy original;
  private int next;

  Cases(Results results, Contenders contenders, @Nullable SqlAlchemy original) {
    this.results = results;
    this.contenders = contenders;
    this.original = original;
  }

  /** Runs every workload without measuring; the short ones so often. */
  void warmUp(int runs) {
    for (Workload workload : Workload.values()) {
      int count = workload.share(runs);
      for (Contender contender : contenders.with(workload)) {
        repeat(count, i -> workload.run(contender, id()));
      }
      if (original != null) {
        original.turn(workload, id(), Math.min(count, 50), new Samples());
      }
    }
  }

  void measure(Place place) {
    for (Workload workload : Workload.values()) {
      int samples = workload.share(SAMPLES) * (place == Place.LOOPBACK ? 4 : 1);
      int turn = Math.min(samples, place == Place.SMALL ? workload.share(SMALL_TURN) : TURN);
      repeat(Math.max(1, samples / turn), round -> round(place, workload, turn));
    }
  }

  private void round(Place place, Workload workload, int turn) {
    for (Contender contender : contenders.with(workload)) {
      begin(place);
      Samples samples = results.samples(place, workload, contender.name());
      repeat(turn, i -> samples.add(millis(workload, contender)));
    }
    if (original != null) {
      begin(place);
      Samples samples = results.samples(place, workload, original.versions());
      original.turn(workload, id(), turn, samples);
    }
  }

  private static void begin(Place place) {
    if (place == Place.SMALL) {
      LockSupport.parkNanos(PERIOD.toNanos());
    }
  }

  private double millis(Workload workload, Contender contender) {
    int id = id();
    long began = System.nanoTime();
    workload.run(contender, id);
    return (System.nanoTime() - began) / 1e6;
  }

  private static void repeat(int count, IntConsumer work) {
    for (int i = 0; i < count; i++) {
      work.accept(i);
    }
  }

  private int id() {
    return 1 + next++ % 9_000;
  }
}

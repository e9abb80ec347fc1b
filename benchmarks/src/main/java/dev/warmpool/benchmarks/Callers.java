package dev.warmpool.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What many callers of one pool get, and what a write costs this process. */
final class Callers {

  private static final int CALLERS = 32;

  private static final int SAMPLES = Integer.getInteger("samples", 240);

  /** Sessions of each caller in a round. */
  private static final int CALLS = Math.max(1, SAMPLES / 6);

  private static final int ROUNDS = 3;

  private static final int ALLOCATING = 8 * SAMPLES;

  private Callers() {}

  /** Writes by 32 callers: sessions per second and this process's processor time of each. */
  static void concurrent(Results results, List<Contender> contenders) {
    for (int round = 0; round < ROUNDS; round++) {
      for (Contender contender : contenders) {
        double processor = processorMicros();
        double seconds = seconds(contender);
        double micros = (processorMicros() - processor) / (CALLERS * CALLS);
        add(results, Results.PER_SECOND, contender, CALLERS * CALLS / seconds);
        add(results, Results.PROCESSOR_MICROS, contender, micros);
      }
    }
  }

  private static void add(Results results, String measure, Contender contender, double value) {
    results.samples(Results.CALLERS, measure, contender.name()).add(value);
  }

  private static double processorMicros() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e3;
  }

  private static double seconds(Contender contender) {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    long began = System.nanoTime();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int first = 1 + caller * CALLS;
      running.add(CompletableFuture.runAsync(() -> writes(contender, first), callers));
    }
    running.forEach(CompletableFuture::join);
    callers.shutdown();
    return (System.nanoTime() - began) / 1e9;
  }

  private static void writes(Contender contender, int first) {
    for (int i = 0; i < CALLS; i++) {
      contender.write(first + i);
    }
  }

  /** The bytes that all threads allocate for a write, as counted by the JVM. */
  static void allocated(Results results, List<Contender> contenders) {
    for (Contender contender : contenders) {
      long before = allocatedBytes();
      for (int i = 0; i < ALLOCATING; i++) {
        contender.write(1 + i);
      }
      double bytes = (double) (allocatedBytes() - before) / ALLOCATING;
      results.samples(Results.ALLOCATED, Results.ALLOCATED, contender.name()).add(bytes);
    }
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}

package dev.warmpool.local;

import dev.warmpool.local.runtime.EnvironmentInfo;
import dev.warmpool.local.runtime.EnvironmentState;
import dev.warmpool.local.runtime.InvocationReport;
import dev.warmpool.local.runtime.RuntimeObserver;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records the invocations that have ended. Thread-safe. */
final class EndedInvocations implements RuntimeObserver {

  private final Queue<InvocationReport> ended = new ConcurrentLinkedQueue<>();

  @Override
  public void changed(EnvironmentInfo environment, EnvironmentState state, Instant at) {
    // only invocations count
  }

  @Override
  public void began(String requestId, EnvironmentInfo environment, Instant at) {
    // its end is recorded
  }

  @Override
  public void ended(InvocationReport report) {
    ended.add(report);
  }

  /**
   * The request ids of a function's invocations in their order; an attempt has that of its first.
   */
  List<String> of(String function) {
    return ended.stream()
        .filter(report -> report.environment().function().equals(function))
        .map(InvocationReport::requestId)
        .toList();
  }

  /** How the attempts with a request id ended, in their order. */
  List<InvocationReport.Outcome> outcomes(String requestId) {
    return ended.stream()
        .filter(report -> report.requestId().equals(requestId))
        .map(InvocationReport::outcome)
        .toList();
  }
}

package dev.warmpool.local.gateway;

import dev.warmpool.local.Output;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.template.ScheduleDefinition;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Fires schedules at the times of their expressions until it is closed. Thread-safe. */
public final class ScheduleTimer implements AutoCloseable {

  private final Schedules schedules;
  private final ExecutorService threads;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ScheduleTimer::daemon);

  private ScheduleTimer(Schedules schedules, ExecutorService threads) {
    this.schedules = schedules;
    this.threads = threads;
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "schedules");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a timer for all schedules.
   *
   * @param threads unbounded executor for invocations
   * @throws dev.warmpool.local.StartupException if an expression is invalid
   */
  public static ScheduleTimer start(
      Schedules schedules, List<ScheduleDefinition> definitions, ExecutorService threads) {
    ScheduleTimer timer = new ScheduleTimer(schedules, threads);
    definitions.forEach(schedule -> timer.arm(schedule, ScheduleExpression.of(schedule)));
    return timer;
  }

  private void arm(ScheduleDefinition schedule, ScheduleExpression expression) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    expression
        .next(now)
        .ifPresent(
            next ->
                timer.schedule(
                    () -> fire(schedule, expression),
                    Duration.between(now, next).toMillis(),
                    TimeUnit.MILLISECONDS));
  }

  private void fire(ScheduleDefinition schedule, ScheduleExpression expression) {
    threads.execute(() -> fire(schedule));
    arm(schedule, expression);
  }

  private void fire(ScheduleDefinition schedule) {
    try {
      InvocationResult result = schedules.fire(schedule);
      Output.line(
          "schedule %s | %s%s"
              .formatted(schedule.name(), result.failed() ? "failed: " : "", result.text()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // the runner is shutting down
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

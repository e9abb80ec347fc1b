package dev.warmpool.local.gateway;

import dev.warmpool.local.Output;
import dev.warmpool.local.template.ScheduleDefinition;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends the events of schedules at the times of their expressions, as asynchronous events, until it
 * is closed. Thread-safe.
 */
public final class ScheduleTimer implements AutoCloseable {

  private final AsynchronousInvocations invocations;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ScheduleTimer::daemon);

  private ScheduleTimer(AsynchronousInvocations invocations) {
    this.invocations = invocations;
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "schedules");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a timer for all schedules that are not switched off.
   *
   * @throws dev.warmpool.local.StartupException if an expression is invalid
   */
  public static ScheduleTimer start(
      AsynchronousInvocations invocations, List<ScheduleDefinition> definitions) {
    ScheduleTimer timer = new ScheduleTimer(invocations);
    definitions.stream()
        .filter(ScheduleDefinition::enabled)
        .forEach(schedule -> timer.arm(schedule, ScheduleExpression.of(schedule)));
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
    String source = "schedule " + schedule.name();
    String id = invocations.accept(schedule.function(), source, Schedules.event(schedule));
    Output.line(source + " | event " + id);
    arm(schedule, expression);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

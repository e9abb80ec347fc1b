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
        .forEach(schedule -> timer.arm(schedule, ScheduleExpression.of(schedule), now()));
    return timer;
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }

  private void arm(
      ScheduleDefinition schedule, ScheduleExpression expression, ZonedDateTime after) {
    expression
        .next(after)
        .ifPresent(
            next ->
                timer.schedule(
                    () -> fire(schedule, expression, next),
                    Duration.between(now(), next).plusNanos(999_999).toMillis(),
                    TimeUnit.MILLISECONDS));
  }

  private void fire(ScheduleDefinition schedule, ScheduleExpression expression, ZonedDateTime due) {
    String source = "schedule " + schedule.name();
    String id = invocations.accept(schedule.function(), source, Schedules.event(schedule));
    Output.line(source + " | event " + id);
    arm(schedule, expression, later(due, now()));
  }

  /**
   * The time after which the next one is looked for. The clock can say an earlier time than the one
   * that was due, which would be due again.
   */
  static ZonedDateTime later(ZonedDateTime due, ZonedDateTime now) {
    return now.isAfter(due) ? now : due;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

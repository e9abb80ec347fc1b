package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.local.template.ScheduleDefinition;
import dev.warmpool.local.template.TemplateReader;
import dev.warmpool.session.testkit.AwsEmulator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;

/**
 * The project's schedules by the API of EventBridge Scheduler. Emulators store schedules and do not
 * fire them.
 */
class EmulatedSchedulerIT {

  private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:";

  private static SchedulerClient scheduler;

  @BeforeAll
  static void start() {
    AwsEmulator.required();
    scheduler =
        SchedulerClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
  }

  @AfterAll
  static void stop() {
    if (scheduler != null) {
      scheduler.close();
    }
  }

  private static void create(ScheduleDefinition schedule) {
    scheduler.createSchedule(
        call ->
            call.name(schedule.name())
                .scheduleExpression(schedule.expression())
                .scheduleExpressionTimezone(schedule.zone())
                .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
                .target(
                    target ->
                        target
                            .arn(ARN + schedule.function())
                            .roleArn("arn:aws:iam::123456789012:role/scheduler")
                            .input(schedule.input())));
  }

  @Test
  void acceptsTheTemplatesSchedules() {
    List<ScheduleDefinition> schedules =
        TemplateReader.read(Path.of("../template.yaml"), Map.of()).schedules();
    assertThat(schedules).isNotEmpty();
    for (ScheduleDefinition schedule : schedules) {
      create(schedule);
      GetScheduleResponse stored = scheduler.getSchedule(call -> call.name(schedule.name()));
      assertThat(stored.scheduleExpression()).isEqualTo(schedule.expression());
      assertThat(stored.scheduleExpressionTimezone()).isEqualTo(schedule.zone());
      assertThat(stored.target().arn()).isEqualTo(ARN + schedule.function());
      assertThat(stored.target().input()).isEqualTo(schedule.input());
      scheduler.deleteSchedule(call -> call.name(schedule.name()));
    }
  }
}

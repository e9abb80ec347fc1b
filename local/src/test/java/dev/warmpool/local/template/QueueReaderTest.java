package dev.warmpool.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues, their events, and the handling of asynchronous events. */
class QueueReaderTest {

  private static final String ARN = "arn:aws:sqs:us-east-1:123456789012:";
  private static final String URL = QueueDefinition.SERVER + "/123456789012/";

  private static final String TEMPLATE =
      """
      Conditions:
        Never: !Equals [a, b]
      Globals:
        Function: {Handler: a.B, CodeUri: f.zip, EventInvokeConfig: {MaximumRetryAttempts: 1}}
      Resources:
        Sender:
          Type: AWS::Serverless::Function
          Properties:
            DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
            Environment:
              Variables:
                URL: !Ref Work
                URL_TOO: !GetAtt Work.QueueUrl
                NAME: !GetAtt Work.QueueName
                ARN: !GetAtt Work.Arn
                FAILED: !Ref Worker.DestinationQueue
                ORDERED: !GetAtt Ordered.QueueName
        Worker:
          Type: AWS::Serverless::Function
          Properties:
            EventInvokeConfig:
              MaximumEventAgeInSeconds: 60
              DestinationConfig:
                OnSuccess: {Type: SQS, Destination: !GetAtt Dead.Arn}
                OnFailure: {Type: SQS}
            Events:
              Messages:
                Type: SQS
                Properties:
                  Queue: !GetAtt Work.Arn
                  BatchSize: 100
                  MaximumBatchingWindowInSeconds: 5
                  FunctionResponseTypes: [ReportBatchItemFailures]
                  ScalingConfig: {MaximumConcurrency: 2}
                  FilterCriteria: {Filters: [{Pattern: "{}"}]}
              Plain: {Type: SQS, Properties: {Queue: !GetAtt Dead.Arn, Enabled: false}}
              Upload: {Type: S3, Properties: {Bucket: !Ref Files}}
              Off: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), State: DISABLED}}
              Old: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}
        Work:
          Type: AWS::SQS::Queue
          Properties:
            QueueName: !Sub "${AWS::StackName}-work"
            VisibilityTimeout: 90
            RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
        Dead: {Type: AWS::SQS::Queue}
        Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
        Unwanted: {Type: AWS::SQS::Queue, Condition: Never}
      """;

  @TempDir private Path folder;
  private Template template;

  @BeforeEach
  void read() throws IOException {
    template =
        TemplateReader.read(Files.writeString(folder.resolve("template.yaml"), TEMPLATE), Map.of());
  }

  @Test
  void readsQueuesWithTheirAttributes() {
    assertThat(template.queues())
        .contains(
            new QueueDefinition(
                "Work",
                "local-work",
                Map.of(
                    "VisibilityTimeout",
                    "90",
                    "RedrivePolicy",
                    "{\"deadLetterTargetArn\":\"%sDead\",\"maxReceiveCount\":\"3\"}"
                        .formatted(ARN)),
                Optional.of(ARN + "Dead")),
            new QueueDefinition("Dead", "Dead", Map.of(), Optional.empty()))
        .extracting(QueueDefinition::name)
        .containsExactlyInAnyOrder(
            "local-work", "Dead", "Ordered.fifo", "WorkerEventInvokeConfigOnFailureQueue");
  }

  @Test
  void resolvesReferencesToQueuesThatFollow() {
    assertThat(template.functions().get(0).environment())
        .isEqualTo(
            Map.of(
                "URL", URL + "local-work",
                "URL_TOO", URL + "local-work",
                "NAME", "local-work",
                "ARN", ARN + "local-work",
                "FAILED", URL + "WorkerEventInvokeConfigOnFailureQueue",
                "ORDERED", "Ordered.fifo"));
    assertThat(template.assumed()).doesNotContain("Work", "Work.Arn");
  }

  @Test
  void readsEventsOfQueues() {
    assertThat(template.queueEvents())
        .containsExactly(
            new QueueEventDefinition(
                "Messages",
                "Worker",
                ARN + "local-work",
                100,
                Duration.ofSeconds(5),
                OptionalInt.of(2),
                true,
                true),
            new QueueEventDefinition(
                "Plain",
                "Worker",
                ARN + "Dead",
                10,
                Duration.ZERO,
                OptionalInt.empty(),
                false,
                false));
  }

  @Test
  void readsHowAsynchronousEventsAreHandled() {
    assertThat(template.asynchronous())
        .containsEntry(
            "Sender",
            new AsynchronousDefinition(
                1,
                Duration.ofHours(6),
                Optional.empty(),
                Optional.empty(),
                Optional.of(ARN + "Dead")))
        .containsEntry(
            "Worker",
            new AsynchronousDefinition(
                1,
                Duration.ofSeconds(60),
                Optional.of(ARN + "Dead"),
                Optional.of(ARN + "WorkerEventInvokeConfigOnFailureQueue"),
                Optional.empty()));
  }

  @Test
  void namesPartsThatHaveNoEffect() {
    assertThat(template.unapplied())
        .containsExactlyInAnyOrder("FilterCriteria of Worker.Messages", "Worker.Upload of type S3");
  }

  @Test
  void readsThatASchedulesIsOff() {
    assertThat(template.schedules()).extracting(ScheduleDefinition::enabled).containsOnly(false);
  }
}

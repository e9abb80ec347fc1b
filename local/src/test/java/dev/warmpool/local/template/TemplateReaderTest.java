package dev.warmpool.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateReaderTest {

  private static final String TEMPLATE =
      """
      Parameters:
        Host: {Type: String}
        Port: {Type: Number, Default: 5432}
      Globals:
        Function:
          CodeUri: build/f.zip
          Timeout: 7
          Environment:
            Variables:
              HOST: !Ref Host
              PORT: !Ref Port
              LEVEL: low
      Resources:
        Table: {Type: AWS::DynamoDB::Table}
        One:
          Type: AWS::Serverless::Function
          Properties:
            Handler: a.B::c
            MemorySize: 256
            Environment:
              Variables:
                LEVEL: high
                URL: !Sub "https://${Host}:${Port}/${AWS::Region}"
                ARN: !GetAtt Table.Arn
                ALL: !Join ["-", [a, !Ref Port]]
            Events:
              Get:
                Type: HttpApi
                Properties: {Method: get, Path: "/x/{id}"}
              Rest:
                Type: HttpApi
              Daily:
                Type: Schedule
                Properties: {Schedule: rate(1 day)}
              Hourly:
                Type: ScheduleV2
                Properties: {ScheduleExpression: rate(1 hour), Input: '{"a":1}'}
      """;

  @TempDir private Path folder;

  private Template read(String text) throws IOException {
    return TemplateReader.read(Files.writeString(folder.resolve("template.yaml"), text));
  }

  @Test
  void readsFunctionsWithWhatAllHaveInCommon() throws IOException {
    Template template = read(TEMPLATE);
    FunctionDefinition one = template.functions().get(0);
    assertThat(one.name()).isEqualTo("One");
    assertThat(one.handlerClass()).isEqualTo("a.B");
    assertThat(one.archive()).isEqualTo(folder.resolve("build/f.zip"));
    assertThat(one.timeoutSeconds()).isEqualTo(7);
    assertThat(one.memoryMegabytes()).isEqualTo(256);
    assertThat(one.environment())
        .containsEntry("HOST", "local-Host")
        .containsEntry("PORT", "5432")
        .containsEntry("LEVEL", "high")
        .containsEntry("URL", "https://local-Host:5432/us-east-1")
        .containsEntry("ARN", "local-Table.Arn")
        .containsEntry("ALL", "a-5432");
    assertThat(template.assumed()).containsExactly("Host", "Table.Arn");
  }

  @Test
  void readsRoutesAndSchedules() throws IOException {
    Template template = read(TEMPLATE);
    assertThat(template.routes())
        .extracting(RouteDefinition::key)
        .containsExactly("GET /x/{id}", "$default");
    assertThat(template.schedules())
        .containsExactly(
            new ScheduleDefinition("Daily", "One", "rate(1 day)", null, false),
            new ScheduleDefinition("Hourly", "One", "rate(1 hour)", "{\"a\":1}", true));
  }

  @Test
  void saysInALineWhatIsWrong() {
    assertThatThrownBy(() -> read("a: [b"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is not valid YAML")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(() -> read("Resources: {}"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("nothing to run");
  }
}

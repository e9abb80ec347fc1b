package dev.warmpool.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates with parts that do not run on this machine, and with REST APIs. */
class ForeignTemplateTest {

  private static final String MIXED =
      """
      Globals:
        Function: {Runtime: java21, CodeUri: target/shop.jar, Handler: a.B}
        Api: {BinaryMediaTypes: [image~1png]}
      Resources:
        Shop:
          Type: AWS::Serverless::Api
          Properties: {StageName: v1}
        Orders:
          Type: AWS::Serverless::Function
          Properties:
            AutoPublishAlias: live
            Layers: [!Ref Tools]
            Events:
              Get: {Type: Api, Properties: {Method: get, Path: "/orders/{id}", RestApiId: !Ref Shop}}
              Any: {Type: Api, Properties: {Method: any, Path: "/{proxy+}"}}
              Old: {Type: HttpApi, Properties: {Path: /old, Method: GET, PayloadFormatVersion: "1.0"}}
              Upload: {Type: S3, Properties: {Bucket: !Ref Files}}
              Elsewhere: {Type: SQS, Properties: {Queue: "arn:aws:sqs:us-east-1:1:other"}}
        Again:
          Type: AWS::Serverless::Function
          Properties:
            Events:
              Get: {Type: Api, Properties: {Method: get, Path: "/orders/{id}"}}
        Resize:
          Type: AWS::Serverless::Function
          Properties:
            Runtime: python3.12
            Events:
              Resize: {Type: Api, Properties: {Method: post, Path: /resize}}
              Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Report:
          Type: AWS::Serverless::Function
          Properties: {PackageType: Image}
        Remote:
          Type: AWS::Serverless::Function
          Properties: {CodeUri: {Bucket: b, Key: k}}
        Rule: {Type: AWS::Events::Rule}
      """;

  @TempDir private Path folder;

  private Template read(String text) throws IOException {
    return TemplateReader.read(Files.writeString(folder.resolve("template.yaml"), text), Map.of());
  }

  @Test
  void namesWhatDoesNotRunAndRunsTheRest() throws IOException {
    Template template = read(MIXED);

    assertThat(template.functions())
        .extracting(FunctionDefinition::name)
        .containsExactly("Orders", "Again");
    assertThat(template.schedules()).isEmpty();
    assertThat(template.queueEvents()).isEmpty();
    assertThat(template.unapplied())
        .containsExactlyInAnyOrder(
            "Orders.Upload of type S3",
            "Rule of type AWS::Events::Rule",
            "Layers of Orders",
            "Resize (runtime python3.12)",
            "Report (a container image)",
            "Remote (its code is in S3)",
            "GET /orders/{id} of Again, which Orders has too",
            "Orders.Elsewhere of the queue arn:aws:sqs:us-east-1:1:other, which is not in the"
                + " template");
    assertThat(template.isOwn()).isFalse();
  }

  @Test
  void readsRestApisWithTheirStages() throws IOException {
    List<RouteDefinition> routes = read(MIXED).routes();

    assertThat(routes)
        .extracting(RouteDefinition::key)
        .containsExactly("GET /old", "GET /orders/{id}", "ANY /{proxy+}");
    assertThat(routes.get(0).api().format()).isEqualTo(ApiDefinition.Format.HTTP_API_1);
    assertThat(routes.get(1).api().isRest()).isTrue();
    assertThat(routes.get(1).api().stage()).isEqualTo("v1");
    assertThat(routes.get(1).api().binaryTypes()).containsExactly("image/png");
    assertThat(routes.get(1).timeout()).isEqualTo(Duration.ofSeconds(29));
    assertThat(routes.get(2).api().stage()).isEqualTo("Prod");
  }

  @Test
  void readsTheAlias() throws IOException {
    assertThat(read(MIXED).functions().get(0).calling().alias()).contains("live");
  }

  @Test
  void refusesATemplateOfWhichNothingRuns() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    Resources:
                      Resize:
                        Type: AWS::Serverless::Function
                        Properties: {Runtime: nodejs22.x, Handler: a.b, CodeUri: src}
                    """))
        .isInstanceOf(StartupException.class)
        .hasMessageEndingWith(
            "has no Java function of type AWS::Serverless::Function: nothing to run; not run: Resize"
                + " (runtime nodejs22.x)");
  }
}

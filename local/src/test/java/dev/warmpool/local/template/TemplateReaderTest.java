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
        Api:
          Type: AWS::Serverless::HttpApi
          Properties:
            CorsConfiguration:
              AllowOrigins: [!Sub "https://${Host}"]
              AllowMethods: [GET]
              AllowHeaders: [content-type]
              MaxAge: 60
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
                Properties:
                  Method: get
                  Path: "/x/{id}"
                  TimeoutInMillis: 500
                  Auth: {Authorizer: NONE}
              Rest:
                Type: HttpApi
                Properties: {Auth: {AuthorizationScopes: [admin]}}
              Daily:
                Type: Schedule
                Properties: {Schedule: rate(1 day)}
              Hourly:
                Type: ScheduleV2
                Properties:
                  ScheduleExpression: rate(1 hour)
                  ScheduleExpressionTimezone: Europe/Berlin
                  Input: '{"a":1}'
      """;

  @TempDir private Path folder;

  private Template read(String text) throws IOException {
    return read(text, Map.of());
  }

  private Template read(String text, Map<String, String> parameters) throws IOException {
    return TemplateReader.read(
        Files.writeString(folder.resolve("template.yaml"), text), parameters);
  }

  @Test
  void mergesGlobalsIntoFunctions() throws IOException {
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
            new ScheduleDefinition("Daily", "One", "rate(1 day)", "UTC", null, true, false),
            new ScheduleDefinition(
                "Hourly", "One", "rate(1 hour)", "Europe/Berlin", "{\"a\":1}", true, true));
  }

  @Test
  void readsCorsTimeoutsAndAuthorization() throws IOException {
    Template template = read(TEMPLATE);
    assertThat(template.cors())
        .contains(
            new CorsDefinition(
                List.of("https://local-Host"),
                List.of("GET"),
                List.of("content-type"),
                List.of(),
                "60",
                false));
    RouteDefinition get = template.routes().get(0);
    assertThat(get.timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(get.open()).isTrue();
    RouteDefinition rest = template.routes().get(1);
    assertThat(rest.timeout()).isEqualTo(RouteDefinition.MAX_TIMEOUT);
    assertThat(rest.open()).isFalse();
    assertThat(rest.scopes()).containsExactly("admin");
  }

  @Test
  void reportsFaultsInOneLine() {
    assertThatThrownBy(() -> read("a: [b"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is not valid YAML")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(() -> read("Resources: {}"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("nothing to run");
  }

  private static final String PLAIN_ROUTES =
      """
      Parameters:
        Issuer: {Type: String, Default: ""}
      Conditions:
        HasTokens: !Not [!Equals [!Ref Issuer, ""]]
      Resources:
        Api:
          Type: AWS::ApiGatewayV2::Api
          Properties:
            CorsConfiguration: {AllowOrigins: ["https://a.example"], AllowMethods: [GET]}
        Get:
          Type: AWS::ApiGatewayV2::Route
          Properties:
            RouteKey: GET /x/{id}
            Target: !Sub integrations/${Integration}
            AuthorizationType: !If [HasTokens, JWT, AWS_IAM]
            AuthorizationScopes: !If [HasTokens, [read], !Ref AWS::NoValue]
        Rest:
          Type: AWS::ApiGatewayV2::Route
          Properties:
            RouteKey: $default
            Target: !Join [/, [integrations, !Ref Integration]]
            AuthorizationType: NONE
        Elsewhere:
          Type: AWS::ApiGatewayV2::Route
          Properties: {RouteKey: GET /site, Target: integrations/abcdef}
        Integration:
          Type: AWS::ApiGatewayV2::Integration
          Properties:
            TimeoutInMillis: 500
            IntegrationUri: !Sub
              - arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Name}:live
              - Name: !Ref One
        One:
          Type: AWS::Serverless::Function
          Properties: {Handler: a.B, CodeUri: f.zip}
      """;

  @Test
  void readsRoutesThatAreResourcesOfTheirOwn() throws IOException {
    Template template = read(PLAIN_ROUTES);
    Duration timeout = Duration.ofMillis(500);
    assertThat(template.routes())
        .containsExactly(
            new RouteDefinition(
                "GET", "/x/{id}", "One", timeout, false, List.of(), ApiDefinition.HTTP),
            new RouteDefinition(
                "ANY", "$default", "One", timeout, true, List.of(), ApiDefinition.HTTP));
    assertThat(template.cors().orElseThrow().origins()).containsExactly("https://a.example");
    assertThat(template.assumed()).isEmpty();
  }

  @Test
  void aParameterWithAnotherValueThanItsDefaultDecidesConditions() throws IOException {
    Template template = read(PLAIN_ROUTES, Map.of("Issuer", "https://issuer.example", "Other", ""));
    assertThat(template.routes().get(0).scopes()).containsExactly("read");
  }
}

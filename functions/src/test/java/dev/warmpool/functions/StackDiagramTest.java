package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The picture docs/stack.svg is that of template.yaml. The build writes it to target. */
class StackDiagramTest {

  private static final Path PICTURE = Path.of("../docs/stack.svg");
  private static final Path MADE = Path.of("target/stack.svg");

  /** What belongs to a resource that is drawn. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "AWS::ApiGatewayV2::Authorizer",
          "AWS::ApiGatewayV2::Integration",
          "AWS::ApiGatewayV2::Route",
          "AWS::ApiGatewayV2::Stage",
          "AWS::IAM::ManagedPolicy",
          "AWS::IAM::Role",
          "AWS::Lambda::Permission",
          "AWS::SQS::QueuePolicy");

  @Test
  void showsTheTemplate() throws IOException {
    Files.writeString(MADE, StackDiagram.of(StackTemplate.read()));
    assertThat(PICTURE)
        .as("copy functions/target/stack.svg to docs/stack.svg")
        .hasSameTextualContentAs(MADE);
  }

  @Test
  void showsEachResource() {
    StackTemplate stack = StackTemplate.read();
    String picture = StackDiagram.of(stack);
    map(stack.root().get("Resources"))
        .forEach(
            (name, resource) -> {
              if (!LEFT_OUT.contains(String.valueOf(map(resource).get("Type")))) {
                assertThat(picture).containsPattern("\\b" + name + "\\b");
              }
            });
  }

  @Test
  void changesWithTheTemplate() {
    StackTemplate stack = StackTemplate.read();
    String picture = StackDiagram.of(stack);
    assertThat(StackDiagram.of(stack.with("rate(1 day)", "rate(2 days)"))).isNotEqualTo(picture);
    assertThat(StackDiagram.of(stack.with("RouteKey: GET /health", "RouteKey: GET /up")))
        .contains("GET /up, open")
        .doesNotContain("GET /health");
    assertThat(
            StackDiagram.of(
                stack.with("ReservedConcurrentExecutions: 5", "ReservedConcurrentExecutions: 6")))
        .contains("6 × 2 connections");
  }
}

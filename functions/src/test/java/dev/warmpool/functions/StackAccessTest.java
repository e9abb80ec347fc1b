package dev.warmpool.functions;

import static dev.warmpool.functions.StackParameters.NO_VALUE;
import static dev.warmpool.functions.TemplateRulesTest.members;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Who may call the API, and how the functions connect, with the conditions evaluated. */
class StackAccessTest {

  private static final Set<String> OPEN =
      Set.of("GET /health", "GET /openapi.json", "OPTIONS /{proxy+}");

  private static Map<String, Node> properties(String type) throws IOException {
    Map<String, Node> found = new TreeMap<>();
    members(members(TemplateRulesTest.template()).get("Resources"))
        .forEach(
            (name, resource) -> {
              if (((ScalarNode) members(resource).get("Type")).getValue().equals(type)) {
                found.put(name, members(resource).get("Properties"));
              }
            });
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "CreateDatabase=yes, AWS_IAM",
    "CreateDatabase=yes JwtIssuer=https://i JwtAudience=a, JWT",
    "CreateDatabase=yes ApiAccess=open-to-everyone, NONE"
  })
  void routesAskForWhatTheParametersSay(String given, String expected) throws IOException {
    StackParameters stack = StackParameters.of(TemplateRulesTest.template(), given);
    Map<String, Node> routes = properties("AWS::ApiGatewayV2::Route");
    assertThat(routes).hasSizeGreaterThan(9);
    for (Node route : routes.values()) {
      String key = ((ScalarNode) members(route).get("RouteKey")).getValue();
      String type = OPEN.contains(key) ? "NONE" : expected;
      assertThat(stack.value(members(route).get("AuthorizationType"))).as(key).isEqualTo(type);
      Node authorizer = members(route).get("AuthorizerId");
      assertThat(authorizer == null ? NO_VALUE : stack.value(authorizer))
          .as(key)
          .isEqualTo(type.equals("JWT") ? "JwtAuthorizer" : NO_VALUE);
    }
    assertThat(stack.holds("HasTokens")).isEqualTo(expected.equals("JWT"));
  }

  @ParameterizedTest
  @CsvSource({
    "CreateDatabase=yes, true, AWS::NoValue",
    "PostgresHost=db PostgresSecretArn=arn:a MigrateSecretArn=arn:b, AWS::NoValue, arn:a"
  })
  void functionsConnectByATokenUnlessASecretIsNamed(String given, String token, String secret)
      throws IOException {
    StackParameters stack = StackParameters.of(TemplateRulesTest.template(), given);
    Node function = members(members(TemplateRulesTest.template()).get("Globals")).get("Function");
    Map<String, Node> variables =
        members(members(members(function).get("Environment")).get("Variables"));
    assertThat(stack.value(variables.get("POSTGRES_IAM_AUTH"))).isEqualTo(token);
    assertThat(stack.value(variables.get("POSTGRES_SECRET_ARN"))).isEqualTo(secret);
  }
}

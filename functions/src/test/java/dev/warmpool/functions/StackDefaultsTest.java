package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.having;
import static dev.warmpool.functions.StackTemplate.map;
import static dev.warmpool.functions.StackTemplate.variables;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A stack that is deployed with nothing but its network and its database is closed and watched. */
class StackDefaultsTest {

  private static final StackTemplate STACK = StackTemplate.read();

  /** Properties that name a resource, as opposed to a part of one or a service of AWS. */
  private static final Pattern NAME =
      Pattern.compile("(?!Service|Database|Stage|TargetGroup|Metric).+(Name|Identifier)");

  private static String parameter(String name) {
    return String.valueOf(map(map(STACK.root().get("Parameters")).get(name)).get("Default"));
  }

  private static Map<String, Object> global() {
    return map(map(STACK.root().get("Globals")).get("Function"));
  }

  /** Private subnets reach Secrets Manager through an endpoint or NAT alone; a token is signed. */
  @Test
  void connectsByATokenAndWithoutAPassword() {
    assertThat(parameter("PostgresSecretArn")).isEmpty();
    assertThat(parameter("MigrateSecretArn")).isEmpty();
    Map<String, Object> variables = STACK.globalVariables();
    assertThat(variables.get("POSTGRES_IAM_AUTH"))
        .isEqualTo(List.of("HasSecret", "AWS::NoValue", "true"));
    assertThat(variables.get("POSTGRES_SECRET_ARN"))
        .isEqualTo(List.of("HasSecret", "PostgresSecretArn", "AWS::NoValue"));
    assertThat(variables).containsEntry("POSTGRES_PASSWORD", "");
    assertThat(variables).containsEntry("POSTGRES_SSL_MODE", "");
  }

  @Test
  void asksCallersForTheirName() {
    assertThat(parameter("ApiAccess")).isEqualTo("authorized-callers");
    assertThat(parameter("JwtIssuer")).isEmpty();
    assertThat(parameter("AllowedOrigin")).startsWith("https://").doesNotContain("*");
  }

  /** Public requests and changes of schemas do not share a role. */
  @Test
  void migratesAsAnotherRole() {
    assertThat(parameter("MigrateUser")).isNotEqualTo(parameter("PostgresUser"));
    assertThat(STACK.globalVariables()).containsEntry("POSTGRES_USER", "PostgresUser");
    STACK
        .functions()
        .forEach(
            (name, function) ->
                assertThat(variables(function).getOrDefault("POSTGRES_USER", "PostgresUser"))
                    .as(name)
                    .isEqualTo(name.startsWith("Migrate") ? "MigrateUser" : "PostgresUser"));
  }

  @Test
  void boundsRequestsAndLogsThem() {
    Map<String, Map<String, Object>> stages = STACK.resources("AWS::ApiGatewayV2::Stage");
    assertThat(stages).hasSize(1);
    Map<String, Object> stage = stages.values().iterator().next();
    assertThat(map(stage.get("DefaultRouteSettings")))
        .containsEntry("ThrottlingRateLimit", "RequestsPerSecond")
        .containsEntry("ThrottlingBurstLimit", "RequestsPerSecond");
    assertThat(STACK.number("RequestsPerSecond")).isPositive();
    String log = map(stage.get("AccessLogSettings")).get("DestinationArn").toString();
    assertThat(STACK.resources("AWS::Logs::LogGroup")).containsKey(log.replace(".Arn", ""));
  }

  @Test
  void keepsLogsForAsLongAsItIsTold() {
    Map<String, Map<String, Object>> groups = STACK.resources("AWS::Logs::LogGroup");
    groups.forEach(
        (name, group) ->
            assertThat(group).as(name).containsEntry("RetentionInDays", "LogRetentionDays"));
    Object own = map(global().get("LoggingConfig")).get("LogGroup");
    assertThat(groups).containsKey(String.valueOf(own));
    STACK
        .functions()
        .forEach(
            (name, function) ->
                assertThat(having("LogGroup", function))
                    .as(name)
                    .allMatch(config -> groups.containsKey(config.get("LogGroup").toString())));
  }

  @Test
  void tracesEveryFunction() {
    assertThat(global()).containsEntry("Tracing", "Active");
    STACK
        .functions()
        .forEach((name, function) -> assertThat(function).as(name).doesNotContainKey("Tracing"));
  }

  /** A fixed name is taken by the first stack of an account and region, or by both at once. */
  @Test
  void namesNothingThatASecondStackWouldNameAlike() {
    Map<String, Object> resources = map(STACK.root().get("Resources"));
    resources.forEach(
        (id, resource) ->
            map(map(resource).get("Properties")).entrySet().stream()
                .filter(property -> NAME.matcher(property.getKey()).matches())
                .forEach(
                    property ->
                        assertThat(String.valueOf(property.getValue()))
                            .as(id + "." + property.getKey())
                            .satisfiesAnyOf(
                                name -> assertThat(name).contains("AWS::StackName"),
                                name -> assertThat(resources).containsKey(name.split("\\.")[0]))));
  }
}

package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Parameters that do not fit each other, or a value that no function takes, stop a deployment. */
class TemplateRulesTest {

  /**
   * Others, such as Join, fail the validation of the template.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html#supported-rule-functions">supported
   *     functions</a>
   */
  private static final List<String> IN_RULES =
      List.of("!Ref", "!Equals", "!Not", "!And", "!Or", "!Contains");

  private static final String EXISTING =
      "PostgresHost=db.example PostgresResourceId=db-A JwtIssuer=https://i JwtAudience=a";

  static MappingNode template() throws IOException {
    String text = Files.readString(Path.of("../template.yaml"));
    return (MappingNode) new Yaml(new LoaderOptions()).compose(new StringReader(text));
  }

  static Map<String, Node> members(Node map) {
    Map<String, Node> members = new TreeMap<>();
    ((MappingNode) map)
        .getValue()
        .forEach(
            tuple ->
                members.put(((ScalarNode) tuple.getKeyNode()).getValue(), tuple.getValueNode()));
    return members;
  }

  static List<Node> items(Node list) {
    return ((SequenceNode) list).getValue();
  }

  private static Stream<Node> all(Node node) {
    Stream<Node> parts =
        node instanceof MappingNode map
            ? members(map).values().stream()
            : node instanceof SequenceNode list ? list.getValue().stream() : Stream.empty();
    return Stream.concat(Stream.of(node), parts.flatMap(TemplateRulesTest::all));
  }

  @Test
  void haveOnlyFunctionsThatRulesTake() throws IOException {
    assertThat(
            all(members(template()).get("Rules"))
                .map(node -> node.getTag().getValue())
                .filter(tag -> tag.startsWith("!"))
                .distinct())
        .isNotEmpty()
        .isSubsetOf(IN_RULES);
  }

  /** The sentences of the rules that these parameters break. */
  private static List<String> broken(String given) throws IOException {
    StackParameters parameters = StackParameters.of(template(), given);
    List<String> broken = new ArrayList<>();
    for (Node rule : members(members(template()).get("Rules")).values()) {
      Node condition = members(rule).get("RuleCondition");
      if (condition == null || parameters.value(condition).equals(true)) {
        for (Node assertion : items(members(rule).get("Assertions"))) {
          if (!parameters.value(members(assertion).get("Assert")).equals(true)) {
            broken.add(((ScalarNode) members(assertion).get("AssertDescription")).getValue());
          }
        }
      }
    }
    return broken;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EXISTING,
        EXISTING + " TenantSource=jwt:tenant CreateEndpoints=s3 RouteTableIds=rtb-1,rtb-2",
        "CreateDatabase=yes",
        "CreateDatabase=yes CreateProxy=yes MinCapacity=0.5",
        "CreateDatabase=yes ApiAccess=open-to-everyone",
        "PostgresHost=db.example PostgresSecretArn=arn:a MigrateSecretArn=arn:b PostgresUser=a"
            + " MigrateUser=a"
      })
  void takeWhatFits(String given) throws IOException {
    assertThat(broken(given)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PostgresPort=5432 | Name the database by PostgresHost",
        "PostgresHost=db.example | PostgresHost needs PostgresResourceId",
        "PostgresHost=db PostgresResourceId=db-A CreateProxy=yes | CreateProxy is for the database",
        "CreateDatabase=yes PostgresHost=db.example | CreateDatabase is yes. Leave PostgresHost",
        "CreateDatabase=yes PostgresResourceId=db-A | CreateDatabase is yes. Leave PostgresHost",
        "CreateDatabase=yes CreateProxy=yes | A proxy keeps connections open",
        "CreateDatabase=yes JwtIssuer=https://i | JwtIssuer is set and JwtAudience is not",
        "CreateDatabase=yes JwtAudience=a | JwtAudience is set and JwtIssuer is not",
        "CreateDatabase=yes TenantSource=jwt:t | TenantSource names a claim of a token",
        "PostgresHost=db PostgresSecretArn=a | PostgresSecretArn needs MigrateSecretArn",
        "CreateDatabase=yes MigrateSecretArn=a | MigrateSecretArn is set and PostgresSecretArn is",
        "CreateDatabase=yes MigrateUser=warmpool | PostgresUser and MigrateUser are the same role",
        "PostgresHost=db PostgresSecretArn=a MigrateSecretArn=a | PostgresSecretArn and MigrateSecr",
        "CreateDatabase=yes PostgresUser=warmpool_owner | warmpool_owner owns the database",
        "CreateDatabase=yes MigrateUser=warmpool_owner | warmpool_owner owns the database",
        "CreateDatabase=yes CreateEndpoints=s3 | CreateEndpoints creates an endpoint of S3",
        "CreateDatabase=yes ApiAccess=open-to-everyone TenantSource=lambda | ApiAccess is open"
      })
  void refuseWhatDoesNotFit(String given, String sentence) throws IOException {
    assertThat(broken(given)).anyMatch(text -> text.startsWith(sentence));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TenantSource | fixed;jwt:tenant;lambda;jwt:a, lambda;jwt:https://x/y | jwt;jwt:;header:x;,;''",
        "PostgresSecretArn | ;arn:aws:secretsmanager:eu-central-1:123456789012:secret:db/x-AbC123 | *;arn:aws:secretsmanager:*:123456789012:secret:x;arn:aws:secretsmanager:eu-central-1:123456789012:secret:*",
        "MigrateSecretArn | ;arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:x | *;arn:aws:s3:::bucket",
        "AllowedOrigin | https://localhost;http://localhost:8080;https://a.example | *;https://*;https://*.example;https://a.example/;''",
        "TenantBinding | schema;role;schema, role;variable:app.t;role,variable:a.b | ;schemas;role,"
      })
  void havePatternsForValuesThatFunctionsRead(String parameter, String taken, String refused)
      throws IOException {
    Map<String, Node> members =
        members(members(members(template()).get("Parameters")).get(parameter));
    String pattern = ((ScalarNode) members.get("AllowedPattern")).getValue();

    assertThat(taken.split(";")).allMatch(value -> value.matches(pattern));
    assertThat(new TreeSet<>(List.of(refused.split(";"))))
        .noneMatch(value -> value.matches(pattern));
    assertThat(members).containsKey("ConstraintDescription");
  }
}

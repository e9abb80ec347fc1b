package dev.warmpool.functions;

import static dev.warmpool.functions.TemplateRulesTest.items;
import static dev.warmpool.functions.TemplateRulesTest.members;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * What template.yaml is with the parameters of a stack, as CloudFormation evaluates it. Immutable.
 *
 * @param values of the parameters
 * @param conditions of the template, by name
 */
record StackParameters(Map<String, String> values, Map<String, Node> conditions) {

  /** In place of a property that is left out. */
  static final String NO_VALUE = "AWS::NoValue";

  /** The defaults and these, such as {@code PostgresHost=db.example}. */
  static StackParameters of(MappingNode template, String given) {
    Map<String, String> values = new TreeMap<>();
    members(members(template).get("Parameters"))
        .forEach(
            (name, parameter) -> {
              Node value = members(parameter).get("Default");
              values.put(name, value == null ? "any" : ((ScalarNode) value).getValue());
            });
    for (String pair : given.split(" ")) {
      String name = pair.substring(0, pair.indexOf('='));
      assertThat(values).containsKey(name);
      values.put(name, pair.substring(name.length() + 1));
    }
    return new StackParameters(values, members(members(template).get("Conditions")));
  }

  /** Whether a condition holds. */
  boolean holds(String condition) {
    return value(conditions.get(condition)).equals(true);
  }

  /** Evaluates functions; of another map or of a reference to a resource, its own text. */
  Object value(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getTag().getValue().equals("!Ref")
          ? values.getOrDefault(scalar.getValue(), scalar.getValue())
          : scalar.getValue();
    }
    if (node instanceof MappingNode) {
      return members(node);
    }
    if (node.getTag().getValue().equals("!If")) {
      boolean holds = holds(((ScalarNode) items(node).get(0)).getValue());
      return value(items(node).get(holds ? 1 : 2));
    }
    return value(node.getTag().getValue(), items(node).stream().map(this::value).toList());
  }

  private static Object value(String function, List<Object> values) {
    return switch (function) {
      case "!Equals" -> values.get(0).equals(values.get(1));
      case "!Not" -> !(Boolean) values.get(0);
      case "!And" -> !values.contains(false);
      case "!Or" -> values.contains(true);
      case "!Contains" -> list(values.get(0)).contains(values.get(1));
      case "!Join" ->
          list(values.get(1)).stream()
              .map(String::valueOf)
              .collect(Collectors.joining(String.valueOf(values.get(0))));
      default -> values;
    };
  }

  private static List<?> list(Object value) {
    return value instanceof List<?> values ? values : List.of(((String) value).split(","));
  }
}

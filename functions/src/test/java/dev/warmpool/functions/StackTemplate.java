package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * template.yaml, or a copy with a change, as maps and lists: {@code !Ref X} is X, {@code !GetAtt
 * X.Y} is X.Y, other functions are their values. Immutable.
 */
record StackTemplate(String text, Map<String, Object> root) {

  private static final Path FILE = Path.of("../template.yaml");

  private static final class Reading extends SafeConstructor {

    Reading() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              if (node instanceof ScalarNode scalar) {
                return scalar.getValue();
              }
              return node instanceof SequenceNode list
                  ? constructSequence(list)
                  : constructMapping((MappingNode) node);
            }
          });
    }
  }

  static StackTemplate read() {
    try {
      return of(Files.readString(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StackTemplate of(String text) {
    return new StackTemplate(text, new Yaml(new Reading()).load(text));
  }

  /** Returns a copy in which the first such text is another one. */
  StackTemplate with(String text, String other) {
    int at = this.text.indexOf(text);
    assertThat(at).as("template.yaml has " + text).isNotNegative();
    return of(this.text.substring(0, at) + other + this.text.substring(at + text.length()));
  }

  /** Returns the properties of the resources of a type, by logical id, in their order. */
  Map<String, Map<String, Object>> resources(String type) {
    Map<String, Map<String, Object>> found = new LinkedHashMap<>();
    map(root.get("Resources"))
        .forEach(
            (name, resource) -> {
              if (map(resource).get("Type").equals(type)) {
                found.put(name, map(map(resource).get("Properties")));
              }
            });
    return found;
  }

  Map<String, Map<String, Object>> functions() {
    return resources("AWS::Serverless::Function");
  }

  /** Returns a function's events of a type, by name. */
  static Map<String, Map<String, Object>> events(Map<String, Object> function, String type) {
    Map<String, Map<String, Object>> found = new LinkedHashMap<>();
    map(function.getOrDefault("Events", Map.of()))
        .forEach(
            (name, event) -> {
              if (map(event).get("Type").equals(type)) {
                found.put(name, map(map(event).get("Properties")));
              }
            });
    return found;
  }

  /** Returns a function's own environment variables. */
  static Map<String, Object> variables(Map<String, Object> function) {
    return map(map(function.getOrDefault("Environment", Map.of())).get("Variables"));
  }

  /** Returns the variables of all functions. */
  Map<String, Object> globalVariables() {
    return variables(map(map(root.get("Globals")).get("Function")));
  }

  /** Returns a whole number, given or as the default of the parameter that is named. */
  int number(Object value) {
    if (value instanceof Number number) {
      return number.intValue();
    }
    Object parameter = map(root.get("Parameters")).get(String.valueOf(value));
    return ((Number) map(parameter).get("Default")).intValue();
  }

  /** Returns all maps in a node that have this member. */
  static List<Map<String, Object>> having(String member, Object node) {
    List<Map<String, Object>> found = new ArrayList<>();
    if (node instanceof Map<?, ?>) {
      if (map(node).containsKey(member)) {
        found.add(map(node));
      }
      map(node).values().forEach(value -> found.addAll(having(member, value)));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> found.addAll(having(member, value)));
    }
    return found;
  }

  /** Returns the value as a map, null as an empty one. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}

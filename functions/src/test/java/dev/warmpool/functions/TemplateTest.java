package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.testkit.ContractAnswers;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The routes and handlers in template.yaml, in the code and in the contract are the same. */
class TemplateTest {

  private static Node template() throws IOException {
    try (Reader reader = Files.newBufferedReader(Path.of("../template.yaml"))) {
      return new Yaml().compose(reader);
    }
  }

  private static void each(Node map, BiConsumer<String, MappingNode> member) {
    ((MappingNode) map)
        .getValue()
        .forEach(
            tuple ->
                member.accept(
                    ((ScalarNode) tuple.getKeyNode()).getValue(),
                    (MappingNode) tuple.getValueNode()));
  }

  private static Node get(Node map, String key) {
    return ((MappingNode) map)
        .getValue().stream()
            .filter(tuple -> ((ScalarNode) tuple.getKeyNode()).getValue().equals(key))
            .map(tuple -> tuple.getValueNode())
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + key));
  }

  private static String text(Node map, String key) {
    return ((ScalarNode) get(map, key)).getValue();
  }

  private static Set<String> codeRoutes() {
    return ApiHandler.routes(
            () -> {
              throw new AssertionError("listing the routes must not need a session manager");
            })
        .keySet();
  }

  private static Set<String> templateRoutes() throws IOException {
    Set<String> keys = new TreeSet<>();
    Node function = get(get(get(template(), "Resources"), "HttpFunction"), "Properties");
    each(
        get(function, "Events"),
        (name, event) -> {
          Node properties = get(event, "Properties");
          keys.add(text(properties, "Method") + " " + text(properties, "Path"));
        });
    return keys;
  }

  /** Lists each route that one place has and another lacks. */
  private static List<String> missing(Map<String, Set<String>> places) {
    List<String> missing = new ArrayList<>();
    Set<String> routes = new TreeSet<>();
    places.values().forEach(routes::addAll);
    for (String route : routes) {
      places.forEach(
          (place, has) -> {
            if (!has.contains(route)) {
              missing.add(route + " is missing in " + place);
            }
          });
    }
    return missing;
  }

  private static Map<String, Set<String>> places() throws IOException {
    Map<String, Set<String>> places = new TreeMap<>();
    places.put("ApiHandler.routes", new TreeSet<>(codeRoutes()));
    places.put("openapi.json", new TreeSet<>(ContractAnswers.read().operations().keySet()));
    places.put("template.yaml", templateRoutes());
    assertThat(places.get("template.yaml").remove("ANY $default")).isTrue();
    places.get("template.yaml").removeIf(route -> route.startsWith("OPTIONS "));
    return places;
  }

  @Test
  void templateCodeAndContractHaveTheSameRoutes() throws IOException {
    assertThat(missing(places())).isEmpty();
  }

  @Test
  void aRouteThatOnePlaceLacksIsReported() throws IOException {
    for (String place : places().keySet()) {
      Map<String, Set<String>> places = places();
      places.get(place).remove("POST /users");
      assertThat(missing(places)).containsExactly("POST /users is missing in " + place);
      places.get(place).addAll(List.of("POST /users", "POST /nowhere"));
      assertThat(missing(places)).hasSize(2).allMatch(text -> text.startsWith("POST /nowhere is"));
    }
  }

  /** The function does not check other keywords: they would have no effect. */
  @Test
  void contractUsesOnlyParameterKeywordsThatAreChecked() {
    ContractAnswers.read()
        .operations()
        .forEach(
            (route, operation) ->
                operation
                    .path("parameters")
                    .forEach(
                        parameter -> {
                          assertThat(parameter.path("in").asText()).isIn("path", "query", "header");
                          assertThat(parameter.path("schema").path("type").asText())
                              .isIn("integer", "string");
                          assertThat(parameter.path("schema").fieldNames())
                              .toIterable()
                              .as(route)
                              .isSubsetOf(
                                  "type",
                                  "format",
                                  "minimum",
                                  "maximum",
                                  "default",
                                  "minLength",
                                  "maxLength",
                                  "pattern");
                        }));
  }

  @Test
  void namesHandlersThatLambdaCanInstantiate() throws IOException {
    List<String> handlers = new ArrayList<>();
    each(
        get(template(), "Resources"),
        (name, resource) -> {
          if (text(resource, "Type").equals("AWS::Serverless::Function")) {
            handlers.add(text(get(resource, "Properties"), "Handler"));
          }
        });
    assertThat(handlers)
        .hasSize(4)
        .allSatisfy(
            handler ->
                assertThat(Class.forName(handler).getConstructor().newInstance())
                    .isInstanceOf(RequestStreamHandler.class));
  }
}

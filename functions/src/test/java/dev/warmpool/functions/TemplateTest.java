package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
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
import org.yaml.snakeyaml.nodes.SequenceNode;

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

  /** The properties of each route in the template, by its key. */
  private static Map<String, Node> templateRoutes() throws IOException {
    Map<String, Node> routes = new TreeMap<>();
    each(
        get(template(), "Resources"),
        (name, resource) -> {
          if (text(resource, "Type").equals("AWS::ApiGatewayV2::Route")) {
            Node properties = get(resource, "Properties");
            routes.put(text(properties, "RouteKey"), properties);
          }
        });
    return routes;
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
    places.put("template.yaml", new TreeSet<>(templateRoutes().keySet()));
    assertThat(places.get("template.yaml").remove("$default")).isTrue();
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

  @Test
  void everyRouteButThoseWithoutDataAuthorizesItsCallers() throws IOException {
    Set<String> open = new TreeSet<>();
    Node type = get(templateRoutes().get("GET /users"), "AuthorizationType");
    for (Map.Entry<String, Node> route : templateRoutes().entrySet()) {
      Node authorization = get(route.getValue(), "AuthorizationType");
      if (authorization instanceof ScalarNode) {
        assertThat(text(route.getValue(), "AuthorizationType")).isEqualTo("NONE");
        open.add(route.getKey());
      } else {
        assertThat(words(authorization)).as(route.getKey()).isEqualTo(words(type));
      }
    }
    assertThat(open).containsExactly("GET /health", "GET /openapi.json", "OPTIONS /{proxy+}");
    assertThat(words(type)).containsExactly("IsOpen", "NONE", "HasTokens", "JWT", "AWS_IAM");
  }

  @Test
  void gatewayAsksForTheScopesOfTheContract() throws IOException {
    Map<String, Node> routes = templateRoutes();
    ContractAnswers.read()
        .operations()
        .forEach(
            (route, operation) -> {
              List<String> scopes = new ArrayList<>();
              operation
                  .path("security")
                  .forEach(one -> one.path("bearer").forEach(scope -> scopes.add(scope.asText())));
              assertThat(scopes(routes.get(route))).as(route).isEqualTo(scopes);
            });
  }

  private static List<String> scopes(Node route) {
    boolean none =
        ((MappingNode) route)
            .getValue().stream()
                .map(tuple -> ((ScalarNode) tuple.getKeyNode()).getValue())
                .noneMatch("AuthorizationScopes"::equals);
    if (none) {
      return List.of();
    }
    List<String> words = new ArrayList<>(words(get(route, "AuthorizationScopes")));
    words.removeAll(List.of("HasTokens", "AWS::NoValue"));
    return words;
  }

  /** The scalars in a node, in order. */
  private static List<String> words(Node node) {
    return node instanceof SequenceNode list
        ? list.getValue().stream().flatMap(one -> words(one).stream()).toList()
        : List.of(((ScalarNode) node).getValue());
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
        .hasSize(6)
        .allSatisfy(
            handler ->
                assertThat(Class.forName(handler).getConstructor().newInstance())
                    .isInstanceOfAny(RequestStreamHandler.class, RequestHandler.class));
  }
}

package dev.warmpool.local.template;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the HTTP API of a template: routes and CORS. Routes are events of functions, or resources
 * of their own that name an integration with a function. Confined to one reading.
 */
final class HttpApiReader {

  private static final List<String> ANY = List.of("*");

  /** The name in the ARN of a function or of its alias. */
  private static final Pattern FUNCTION = Pattern.compile(":function:([^:/]+)");

  private final Intrinsics intrinsics;
  private final List<RouteDefinition> routes = new ArrayList<>();

  /** The functions of the integrations, by the integration's logical id. */
  private final Map<String, Integration> integrations = new HashMap<>();

  private final List<YamlNode> plainRoutes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Optional<CorsDefinition> cors = Optional.empty();

  HttpApiReader(Intrinsics intrinsics, YamlNode globals) {
    this.intrinsics = intrinsics;
    api("Globals", globals.get("HttpApi"));
  }

  /** The function behind routes, and how long the gateway waits for it. */
  private record Integration(String function, Duration timeout, ApiDefinition api) {}

  /** The routes that were read; those whose integration has no function of the template are not. */
  List<RouteDefinition> routes() {
    List<RouteDefinition> all = new ArrayList<>(routes);
    plainRoutes.forEach(route -> plainRoute(route).ifPresent(all::add));
    return all;
  }

  /** Parts of the template that are not applied, one line each. */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    plainRoutes.stream()
        .filter(route -> plainRoute(route).isEmpty())
        .forEach(route -> all.add("route " + intrinsics.text(route.get("RouteKey"))));
    return all;
  }

  Optional<CorsDefinition> cors() {
    return cors;
  }

  /** Reads the properties of an HTTP API, of SAM's or a plain one, or of {@code Globals}. */
  void api(String name, YamlNode properties) {
    for (String part : List.of("DefinitionBody", "DefinitionUri", "Body")) {
      if (!intrinsics.chosen(properties.get(part)).isAbsent()) {
        notes.add("%s of %s".formatted(part, name));
      }
    }
    YamlNode configuration = intrinsics.chosen(properties.get("CorsConfiguration"));
    if (!configuration.isAbsent() && !configuration.text("").equals("false")) {
      cors = Optional.of(cors(configuration));
    }
  }

  /** Reads a map of lists, a single origin, or {@code true} for every origin. */
  private CorsDefinition cors(YamlNode configuration) {
    if (configuration.members().isEmpty() || !configuration.get("Ref").isAbsent()) {
      String origin = intrinsics.text(configuration);
      List<String> origins = origin.equals("true") ? ANY : List.of(origin);
      return new CorsDefinition(origins, ANY, ANY, List.of(), "", false);
    }
    return new CorsDefinition(
        texts(configuration.get("AllowOrigins")),
        texts(configuration.get("AllowMethods")),
        texts(configuration.get("AllowHeaders")),
        texts(configuration.get("ExposeHeaders")),
        intrinsics.text(configuration.get("MaxAge")),
        intrinsics.text(configuration.get("AllowCredentials")).equals("true"));
  }

  private List<String> texts(YamlNode list) {
    return intrinsics.chosen(list).items().stream().map(intrinsics::text).toList();
  }

  /** Reads an event of type {@code HttpApi}. */
  void route(String function, YamlNode properties) {
    YamlNode auth = properties.get("Auth");
    routes.add(
        new RouteDefinition(
            text(properties.get("Method"), "ANY").toUpperCase(Locale.ROOT),
            text(properties.get("Path"), "$default"),
            function,
            timeout(properties.get("TimeoutInMillis")),
            intrinsics.text(auth.get("Authorizer")).equals("NONE"),
            texts(auth.get("AuthorizationScopes")),
            kind(properties.get("PayloadFormatVersion"))));
  }

  private ApiDefinition kind(YamlNode payloadFormat) {
    return intrinsics.text(payloadFormat).equals("1.0") ? ApiDefinition.HTTP_1 : ApiDefinition.HTTP;
  }

  /** Reads an {@code AWS::ApiGatewayV2::Integration}. */
  void integration(String name, YamlNode properties) {
    Matcher function = FUNCTION.matcher(intrinsics.text(properties.get("IntegrationUri")));
    if (function.find()) {
      integrations.put(
          name,
          new Integration(
              function.group(1),
              timeout(properties.get("TimeoutInMillis")),
              kind(properties.get("PayloadFormatVersion"))));
    }
  }

  /** Notes an {@code AWS::ApiGatewayV2::Route}, whose integration may stand behind it. */
  void route(YamlNode properties) {
    plainRoutes.add(properties);
  }

  private Optional<RouteDefinition> plainRoute(YamlNode properties) {
    String target = intrinsics.text(properties.get("Target"));
    Integration integration = integrations.get(target.substring(target.lastIndexOf('/') + 1));
    String[] key = intrinsics.text(properties.get("RouteKey")).split(" ", 2);
    return Optional.ofNullable(integration)
        .map(
            known ->
                new RouteDefinition(
                    key.length == 1 ? "ANY" : key[0].toUpperCase(Locale.ROOT),
                    key[key.length - 1],
                    known.function(),
                    known.timeout(),
                    intrinsics.text(properties.get("AuthorizationType")).equals("NONE"),
                    texts(properties.get("AuthorizationScopes")),
                    known.api()));
  }

  private Duration timeout(YamlNode millis) {
    String text = intrinsics.text(millis);
    return text.matches("\\d{1,9}")
        ? Duration.ofMillis(Long.parseLong(text))
        : RouteDefinition.MAX_TIMEOUT;
  }

  private String text(YamlNode node, String absent) {
    return node.isAbsent() ? absent : intrinsics.text(node);
  }
}

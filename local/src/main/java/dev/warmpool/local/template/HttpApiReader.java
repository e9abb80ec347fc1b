package dev.warmpool.local.template;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the HTTP API of a template: routes and CORS. Confined to one reading. */
final class HttpApiReader {

  private static final List<String> ANY = List.of("*");

  private final Intrinsics intrinsics;
  private final List<RouteDefinition> routes = new ArrayList<>();
  private Optional<CorsDefinition> cors = Optional.empty();

  HttpApiReader(Intrinsics intrinsics, YamlNode globals) {
    this.intrinsics = intrinsics;
    api(globals.get("HttpApi"));
  }

  List<RouteDefinition> routes() {
    return routes;
  }

  Optional<CorsDefinition> cors() {
    return cors;
  }

  /** Reads the properties of an {@code AWS::Serverless::HttpApi} or of {@code Globals}. */
  void api(YamlNode properties) {
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
            texts(auth.get("AuthorizationScopes"))));
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

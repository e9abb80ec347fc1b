package dev.warmpool.local.template;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the REST APIs of a template, SAM's own included. Confined to one reading. */
final class RestApiReader {

  /** The limit of API Gateway on the wait for a function. */
  private static final Duration TIMEOUT = Duration.ofSeconds(29);

  /** The stage of the API that SAM makes for events that name none. */
  private static final String IMPLICIT_STAGE = "Prod";

  private final Intrinsics intrinsics;
  private final YamlNode globals;
  private final Map<String, ApiDefinition> apis = new HashMap<>();
  private final List<RouteDefinition> routes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  RestApiReader(Intrinsics intrinsics, YamlNode globals) {
    this.intrinsics = intrinsics;
    this.globals = globals.get("Api");
  }

  List<RouteDefinition> routes() {
    return routes;
  }

  /** Parts of the template that are not applied, one line each. */
  List<String> notes() {
    return notes;
  }

  /** Reads an {@code AWS::Serverless::Api}. Must precede the reading of its routes. */
  void define(String name, YamlNode properties) {
    YamlNode merged = properties.over(globals);
    String stage = intrinsics.text(merged.get("StageName"));
    apis.put(name, api(merged, stage.isBlank() ? IMPLICIT_STAGE : stage));
    for (String part : List.of("Cors", "DefinitionBody", "DefinitionUri")) {
      if (!intrinsics.chosen(merged.get(part)).isAbsent()) {
        notes.add("%s of %s".formatted(part, name));
      }
    }
  }

  /** In a template, a media type may have {@code ~1} in place of the slash. */
  private ApiDefinition api(YamlNode properties, String stage) {
    List<String> binary =
        intrinsics.chosen(properties.get("BinaryMediaTypes")).items().stream()
            .map(type -> intrinsics.text(type).replace("~1", "/"))
            .toList();
    return new ApiDefinition(ApiDefinition.Format.REST_API, stage, binary);
  }

  /** Reads an event of type {@code Api}. */
  void route(String function, YamlNode properties) {
    YamlNode timeout = properties.get("TimeoutInMillis");
    String millis = intrinsics.text(timeout);
    String api = properties.get("RestApiId").get("Ref").text("");
    routes.add(
        new RouteDefinition(
            method(intrinsics.text(properties.get("Method"))),
            intrinsics.text(properties.get("Path")),
            function,
            millis.matches("\\d{1,9}") ? Duration.ofMillis(Long.parseLong(millis)) : TIMEOUT,
            intrinsics.text(properties.get("Auth").get("Authorizer")).equals("NONE"),
            List.of(),
            apis.getOrDefault(api, api(globals, IMPLICIT_STAGE))));
  }

  /** SAM takes {@code any} and {@code x-amazon-apigateway-any-method}. */
  private static String method(String text) {
    return text.startsWith("x-amazon") ? "ANY" : text.toUpperCase(Locale.ROOT);
  }
}

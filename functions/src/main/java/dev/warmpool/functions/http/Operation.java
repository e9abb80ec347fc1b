package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the contract says about one route's request. Immutable.
 *
 * @param parameters in the contract's order
 * @param bodies the schema of the body, a reference into the contract, by media type; empty where
 *     the route takes none
 * @param open whether it belongs to no tenant: {@code "security": []}
 */
record Operation(List<Parameter> parameters, Map<String, String> bodies, boolean open) {

  static Operation of(JsonNode operation) {
    List<Parameter> parameters = new ArrayList<>();
    operation.path("parameters").forEach(parameter -> parameters.add(Parameter.of(parameter)));
    Map<String, String> bodies = new LinkedHashMap<>();
    operation
        .path("requestBody")
        .path("content")
        .properties()
        .forEach(
            type ->
                bodies.put(type.getKey(), type.getValue().path("schema").path("$ref").asText()));
    JsonNode security = operation.path("security");
    return new Operation(parameters, bodies, security.isArray() && security.isEmpty());
  }

  /** The parameter of this name. */
  Optional<Parameter> parameter(String name) {
    return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst();
  }

  /** Every fault of the request's parameters, those included that are none. */
  List<Problem.Fault> faults(HttpRequest request) {
    List<Problem.Fault> faults = new ArrayList<>();
    parameters.forEach(parameter -> parameter.fault(request).ifPresent(faults::add));
    List<String> known = known("query");
    request.query().keySet().stream()
        .filter(name -> !known.contains(name))
        .sorted()
        .map(name -> Problem.Fault.of("query", name, "is no parameter: " + are(known)))
        .forEach(faults::add);
    return faults;
  }

  private List<String> known(String in) {
    return parameters.stream()
        .filter(parameter -> parameter.in().equals(in))
        .map(Parameter::name)
        .toList();
  }

  private static String are(List<String> names) {
    return names.isEmpty() ? "there are none" : String.join(", ", names) + " are";
  }

  /** The request with the contract's defaults where it leaves query parameters out. */
  HttpRequest completed(HttpRequest request) {
    Map<String, String> defaults =
        parameters.stream()
            .filter(
                parameter -> parameter.in().equals("query") && parameter.schema().has("default"))
            .collect(Collectors.toMap(Parameter::name, p -> p.schema().path("default").asText()));
    if (request.query().keySet().containsAll(defaults.keySet())) {
      return request;
    }
    Map<String, String> query = new HashMap<>(defaults);
    query.putAll(request.query());
    return request.querying(Map.copyOf(query));
  }

  /**
   * The schema of the request's body.
   *
   * @throws ProblemException 415 where the content type is not among those listed
   */
  String body(HttpRequest request) {
    String[] type = request.headers().getOrDefault("content-type", "").split(";", 2);
    String schema = bodies.get(type[0].strip().toLowerCase(Locale.ROOT));
    if (schema == null || (type.length > 1 && isOtherCharset(type[1]))) {
      throw new ProblemException(
          Problem.of(
              415,
              "The content type must be " + String.join(" or ", bodies.keySet()) + " in UTF-8."));
    }
    return schema;
  }

  private static boolean isOtherCharset(String parameters) {
    String lower = parameters.toLowerCase(Locale.ROOT).replaceAll("[\\s\"]", "");
    return lower.contains("charset=") && !lower.contains("charset=utf-8");
  }
}

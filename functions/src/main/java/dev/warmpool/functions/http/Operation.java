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
 * An operation of the contract: the rules for the requests of one route. Immutable.
 *
 * @param parameters in the contract's order
 * @param bodies the body's schema by media type, as a reference into the contract; empty if the
 *     operation has no request body
 * @param unauthenticated whether the operation has {@code "security": []}: its requests need no
 *     token and belong to no tenant
 */
record Operation(List<Parameter> parameters, Map<String, String> bodies, boolean unauthenticated) {

  /** Reads an operation of an OpenAPI 3.1 document. */
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

  /** Finds a parameter by its name as the contract spells it; empty if there is none. */
  Optional<Parameter> parameter(String name) {
    return parameters.stream().filter(parameter -> parameter.name().equals(name)).findFirst();
  }

  /**
   * Validates the parameters of a request. A query parameter that the contract does not list is a
   * fault, too.
   *
   * @return every fault; empty if the parameters are valid
   */
  List<Problem.Fault> faults(HttpRequest request) {
    List<Problem.Fault> faults = new ArrayList<>();
    parameters.forEach(parameter -> parameter.fault(request).ifPresent(faults::add));
    List<String> known = names("query");
    request.query().keySet().stream()
        .filter(name -> !known.contains(name))
        .sorted()
        .map(name -> Problem.Fault.of("query", name, Rule.unknown(known)))
        .forEach(faults::add);
    return faults;
  }

  private List<String> names(String in) {
    return parameters.stream()
        .filter(parameter -> parameter.in().equals(in))
        .map(Parameter::name)
        .toList();
  }

  /** Adds the contract's defaults for query parameters that the request omits. */
  HttpRequest withDefaults(HttpRequest request) {
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
    return request.withQuery(Map.copyOf(query));
  }

  /**
   * Returns the schema for the request's body, as a reference into the contract.
   *
   * @throws ProblemException 415 if the contract does not list the content type, or if the charset
   *     is not UTF-8
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

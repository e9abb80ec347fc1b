package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An operation of the contract: the rules for the requests of one route. Immutable.
 *
 * @param parameters in the contract's order
 * @param bodies the body's schema by media type, as a reference into the contract; empty if the
 *     operation has no request body
 * @param maxBytes the limit on the body, {@code x-max-bytes}; default 64 KB
 * @param unauthenticated whether the operation has {@code "security": []}: its requests need no
 *     token and belong to no tenant
 * @param scopes those that the operation's {@code security} lists, each of which a token must grant
 */
record Operation(
    List<Parameter> parameters,
    Map<String, String> bodies,
    int maxBytes,
    boolean unauthenticated,
    Set<String> scopes) {

  private static final int MAX_BYTES = 64 * 1024;

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
    Set<String> scopes = new TreeSet<>();
    security.forEach(
        scheme -> scheme.forEach(names -> names.forEach(name -> scopes.add(name.asText()))));
    return new Operation(
        parameters,
        bodies,
        operation.path("x-max-bytes").asInt(MAX_BYTES),
        security.isArray() && security.isEmpty(),
        scopes);
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
    ContentType type = ContentType.of(request.headers().getOrDefault("content-type", ""));
    String schema = type == null || !type.isUtf8() ? null : bodies.get(type.media());
    if (schema == null) {
      throw new ProblemException(
          Problem.of(
              415,
              "The content type must be " + String.join(" or ", bodies.keySet()) + " in UTF-8."));
    }
    return schema;
  }

  /**
   * Requires the operation's scopes of a request with a token. Without a token there are no scopes
   * to check: the route's authorizer, if it has one, refused the request.
   *
   * @throws ProblemException 403 if the token lacks a scope
   */
  void requireScopes(Caller caller) {
    if (caller.claims() != null && !caller.scopes().containsAll(scopes)) {
      throw new ProblemException(
          Problem.of(403, "The token lacks the scope " + String.join(" ", scopes) + "."));
    }
  }
}

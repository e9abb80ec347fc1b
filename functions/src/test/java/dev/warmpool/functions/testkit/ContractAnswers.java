package dev.warmpool.functions.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks whether a response conforms to the contract: its status, headers, media type and body, for
 * every operation of {@code openapi.json}. Thread-safe.
 */
public final class ContractAnswers {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final URI ROOT = URI.create("urn:contract");

  /** The responses of the default route, which the contract does not list. */
  private static final JsonNode UNKNOWN =
      JSON.createObjectNode()
          .<ObjectNode>set("400", reference("BadRequest"))
          .<ObjectNode>set("404", reference("NotFound"))
          .set("413", reference("ContentTooLarge"));

  private final JsonNode document;
  private final Map<String, JsonNode> operations;
  private final Validator validator;

  private ContractAnswers(JsonNode document) {
    this.document = document;
    this.operations = operations(document);
    this.validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .withDisabledSchemaValidation(true)
            .createValidator();
    validator.registerSchema(ROOT, document);
  }

  private static JsonNode reference(String response) {
    return JSON.createObjectNode().put("$ref", "#/components/responses/" + response);
  }

  /** Reads the deployed contract from the class path. */
  public static ContractAnswers read() {
    return read("/openapi.json");
  }

  /** Reads a contract from the class path. */
  public static ContractAnswers read(String resource) {
    try (InputStream in = ContractAnswers.class.getResourceAsStream(resource)) {
      return new ContractAnswers(JSON.readTree(Objects.requireNonNull(in, resource)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the document. */
  public JsonNode document() {
    return document;
  }

  /** Returns every operation by its route key, {@code GET /users/{id}}. */
  public Map<String, JsonNode> operations() {
    return operations;
  }

  /**
   * Returns the operations that have one of these tags, by route key.
   *
   * @throws IllegalArgumentException if there are none, so that a test of them cannot pass
   *     unnoticed
   */
  public Map<String, JsonNode> operationsTagged(String... tags) {
    Map<String, JsonNode> tagged = new LinkedHashMap<>(operations);
    tagged
        .values()
        .removeIf(
            operation ->
                Arrays.stream(tags)
                    .noneMatch(tag -> operation.path("tags").toString().contains('"' + tag + '"')));
    if (tagged.isEmpty()) {
      throw new IllegalArgumentException("no operation has a tag of " + List.of(tags));
    }
    return tagged;
  }

  private static Map<String, JsonNode> operations(JsonNode document) {
    Map<String, JsonNode> operations = new LinkedHashMap<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            operations.put(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                method.getValue())));
    return operations;
  }

  /** Returns the statuses that the contract lists for a route. */
  public Set<String> statuses(String routeKey) {
    Set<String> statuses = new TreeSet<>();
    responses(routeKey).fieldNames().forEachRemaining(statuses::add);
    return statuses;
  }

  private JsonNode responses(String routeKey) {
    JsonNode operation = operations.get(routeKey);
    return operation == null ? UNKNOWN : operation.path("responses");
  }

  /**
   * Checks a response.
   *
   * @param routeKey the route key of the request; a key that the contract lacks means {@code
   *     $default}
   * @param headers by name in any case
   * @param body the text; empty for no body
   * @return every violation of the contract; empty if the response conforms to it
   */
  public List<String> faults(
      String routeKey, int status, Map<String, String> headers, String body) {
    JsonNode response = resolved(responses(routeKey).path(Integer.toString(status)));
    if (response.isMissingNode()) {
      return List.of(routeKey + " answers " + status + ", not one of " + statuses(routeKey));
    }
    Map<String, String> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    named.putAll(headers);
    List<String> faults = new ArrayList<>(headers(response, named));
    faults.addAll(content(response.path("content"), named.getOrDefault("content-type", ""), body));
    return faults;
  }

  private List<String> headers(JsonNode response, Map<String, String> headers) {
    List<String> faults = new ArrayList<>();
    response
        .path("headers")
        .properties()
        .forEach(
            listed -> {
              String value = headers.get(listed.getKey());
              JsonNode header = resolved(listed.getValue());
              String pattern = header.path("schema").path("pattern").asText(".*");
              if (value == null ? header.path("required").asBoolean() : !value.matches(pattern)) {
                faults.add("header " + listed.getKey() + " is " + value + ": must be " + pattern);
              }
            });
    return faults;
  }

  private List<String> content(JsonNode content, String type, String body) {
    if (content.isMissingNode()) {
      return body.isEmpty() ? List.of() : List.of("the response has a body: must have none");
    }
    JsonNode media = content.path(type);
    if (media.isMissingNode()) {
      return List.of("content-type is '" + type + "': not in " + content);
    }
    try {
      String reference = media.path("schema").path("$ref").asText();
      JsonNode json = JSON.readTree(body);
      return reference.isEmpty() ? List.of() : faults(reference, json);
    } catch (IOException e) {
      return List.of("the body is not JSON: " + e.getMessage());
    }
  }

  /**
   * Validates a value.
   *
   * @param reference the schema, {@code #/components/schemas/User}
   * @return every violation of the schema; empty if the value is valid
   */
  public List<String> faults(String reference, JsonNode value) {
    return validator.validate(URI.create(ROOT + reference), value).getErrors().stream()
        .map(error -> error.getInstanceLocation() + " " + error.getError())
        .toList();
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }
}

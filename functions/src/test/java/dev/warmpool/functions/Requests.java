package dev.warmpool.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.testkit.ContractAnswers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Generates valid requests to the users and the service from the contract. Confined. */
final class Requests {

  private static final String[] NAMES = {"Ada", "Ž", "李小龍", "👩‍🚀 O'Neil", "a\u00a0b", "ﷺ"};

  private final List<Map.Entry<String, JsonNode>> operations;
  private final ContractAnswers contract;
  private final Random random;

  Requests(ContractAnswers contract, Random random) {
    this.contract = contract;
    this.operations = List.copyOf(contract.operationsTagged("users", "service").entrySet());
    this.random = random;
  }

  /** Generates a request; the same for the same state of the random numbers. */
  Event next() {
    Map.Entry<String, JsonNode> operation = operations.get(random.nextInt(operations.size()));
    Event event = Event.of(operation.getKey());
    operation.getValue().path("parameters").forEach(parameter -> fill(event, parameter));
    JsonNode body = operation.getValue().at("/requestBody/content/application~1json/schema");
    if (!body.isMissingNode()) {
      String text = value(body).toString();
      if (random.nextInt(4) == 0) {
        event.base64(text.getBytes(StandardCharsets.UTF_8));
      } else {
        event.body(text);
      }
    }
    return event;
  }

  private void fill(Event event, JsonNode parameter) {
    if (parameter.path("required").asBoolean() || random.nextInt(3) == 0) {
      String name = parameter.path("name").asText();
      event.with(parameter.path("in").asText(), name, text(name, parameter.path("schema")));
    }
  }

  private String text(String name, JsonNode schema) {
    return switch (name) {
      case "after" ->
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(("" + whole(schema)).getBytes(StandardCharsets.US_ASCII));
      case "If-Match" -> random.nextInt(3) == 0 ? "*" : "\"" + random.nextInt(5) + "\"";
      case "Idempotency-Key" -> "k" + random.nextLong();
      default -> Long.toString(whole(schema));
    };
  }

  private long whole(JsonNode schema) {
    long least = schema.path("minimum").asLong(1);
    long most = schema.path("maximum").asLong(Long.MAX_VALUE);
    return switch (random.nextInt(8)) {
      case 0 -> least;
      case 1 -> most;
      default -> least + random.nextInt((int) Math.min(3_000, (most - least) / 20 + 1));
    };
  }

  /** Generates a value that conforms to a schema. */
  private JsonNode value(JsonNode schema) {
    String reference = schema.path("$ref").asText();
    if (reference.endsWith("/Email")) {
      return text("u" + random.nextInt(5_000) + "@example.org");
    }
    if (reference.endsWith("/Name")) {
      return text(NAMES[random.nextInt(NAMES.length)]);
    }
    if (!reference.isEmpty()) {
      return value(contract.document().at(reference.substring(1)));
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema);
      case "array" -> array(schema);
      default -> Json.array().numberNode(whole(schema));
    };
  }

  private static JsonNode text(String text) {
    return Json.array().textNode(text);
  }

  private JsonNode array(JsonNode schema) {
    ArrayNode array = Json.array();
    int size = random.nextInt(50) == 0 ? schema.path("maxItems").asInt() : random.nextInt(4);
    for (int i = 0; i < size; i++) {
      array.add(value(schema.path("items")));
    }
    return array;
  }

  private JsonNode object(JsonNode schema) {
    ObjectNode object = Json.object();
    boolean whole = schema.has("required") || random.nextBoolean();
    schema
        .path("properties")
        .properties()
        .forEach(
            member -> {
              if (whole || object.isEmpty()) {
                object.set(member.getKey(), value(member.getValue()));
              }
            });
    return object;
  }
}

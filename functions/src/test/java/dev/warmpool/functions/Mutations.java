package dev.warmpool.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Mutates valid events: changes types, sizes, encodings and nesting, removes members, inserts odd
 * texts, corrupts bytes. Confined.
 */
final class Mutations {

  private static final Charset[] CHARSETS = {
    StandardCharsets.UTF_16LE, StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1
  };

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  /** Returns the event with one to three mutations. */
  byte[] mutate(Event event) {
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      change(event);
    }
    return random.nextInt(10) == 0 ? raw(event.bytes()) : event.bytes();
  }

  private void change(Event event) {
    switch (random.nextInt(9)) {
      case 0 -> remove(event.json());
      case 1 -> replace(event.json());
      case 2 -> event.json().put("body", any(OddInputs.BODIES));
      case 3 -> body(event);
      case 4 -> encoding(event);
      case 5 -> event.with(any("path", "query", "header"), name(), text());
      case 6 -> event.with("path", "id", text());
      case 7 -> event.header("content-type", text());
      default -> size(event);
    }
  }

  private String any(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String text() {
    return any(OddInputs.TEXTS);
  }

  private String name() {
    String known =
        any("id", "limit", "after", "if-match", "idempotency-key", "x-correlation-id", "Limit");
    return random.nextInt(5) == 0 ? text() : known;
  }

  private List<JsonNode> containers(JsonNode root) {
    List<JsonNode> containers = new ArrayList<>();
    if (root.isContainerNode() && !root.isEmpty()) {
      containers.add(root);
      root.forEach(child -> containers.addAll(containers(child)));
    }
    return containers;
  }

  private void remove(ObjectNode root) {
    put(root, null);
  }

  private void replace(ObjectNode root) {
    put(root, weird());
  }

  /** Replaces a random value of the tree; null removes it. */
  private void put(JsonNode root, @Nullable JsonNode value) {
    List<JsonNode> containers = containers(root);
    if (containers.isEmpty()) {
      return;
    }
    JsonNode container = containers.get(random.nextInt(containers.size()));
    int index = random.nextInt(container.size());
    if (container instanceof ArrayNode array) {
      array.remove(index);
      if (value != null) {
        array.insert(index, value);
      }
    } else if (container instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      object.remove(names.get(index));
      if (value != null) {
        object.set(random.nextInt(4) == 0 ? text() : names.get(index), value);
      }
    }
  }

  private JsonNode weird() {
    ArrayNode values = Json.array();
    values.addNull().add(true).add(-1).add(0).add(1.5).add(1.0).add(1e308).add(Long.MAX_VALUE);
    values.add(new BigInteger("9".repeat(40))).add(text()).add(text());
    values.addArray().add(1);
    values.addObject().put("x", 1);
    values.addObject();
    return values.get(random.nextInt(values.size()));
  }

  /** Mutates the JSON in the body. */
  private void body(Event event) {
    try {
      JsonNode body = Json.read(event.json().path("body").asText("{}"));
      put(body, random.nextInt(3) == 0 ? null : weird());
      event.json().put("body", body.toString()).put("isBase64Encoded", false);
    } catch (IOException e) {
      event.json().put("body", text());
    }
  }

  private void encoding(Event event) {
    String body = event.json().path("body").asText("{\"name\":\"é\"}");
    if (random.nextInt(3) == 0) {
      event.json().put("isBase64Encoded", !event.json().path("isBase64Encoded").asBoolean());
    } else if (random.nextBoolean()) {
      event.base64(("é" + body).getBytes(CHARSETS[random.nextInt(CHARSETS.length)]));
    } else {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      event.base64(bytes);
    }
  }

  private void size(Event event) {
    switch (random.nextInt(400)) {
      case 0 -> event.body("x".repeat(7 << 20));
      case 1 -> event.body(Event.user("a@b", "x".repeat(1 << 20)));
      case 2 -> event.body("{\"ids\":[" + "0,".repeat(50_000) + "0]}");
      case 3 -> event.body(unknownMembers());
      case 4 -> event.header("if-match", "\"1\",".repeat(50_000) + "\"1\"");
      default -> {
        int depth = random.nextBoolean() ? random.nextInt(20) : random.nextInt(5_000);
        event.body("{\"ids\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
      }
    }
  }

  private static String unknownMembers() {
    StringBuilder members = new StringBuilder("{\"m\":0");
    for (int i = 0; i < 100_000; i++) {
      members.append(",\"m").append(i).append("\":0");
    }
    return members.append('}').toString();
  }

  /** Truncates the bytes or replaces one of them. */
  private byte[] raw(byte[] event) {
    byte[] bytes = Arrays.copyOf(event, event.length);
    int at = random.nextInt(bytes.length);
    if (random.nextBoolean()) {
      return Arrays.copyOf(bytes, at);
    }
    bytes[at] = (byte) random.nextInt(256);
    return bytes;
  }
}

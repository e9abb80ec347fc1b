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

/** Spoils events: types, sizes, Unicode, numbers, nesting, encodings, missing pieces, raw bytes. */
final class Mutations {

  private static final String[] TEXTS = {
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\udc00x",
    "a\n",
    "\u202e",
    "\ufeff",
    "😀".repeat(201),
    "x".repeat(300),
    "a@" + "b.".repeat(3_000) + "c",
    "%00",
    "../..",
    "-1",
    "0",
    "007",
    "+1",
    "1.0",
    "1e3",
    "9223372036854775807",
    "9223372036854775808",
    "9".repeat(50),
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "'; DROP TABLE users; --",
    "a,b",
    "1,2",
    "\"1\"",
    "W/\"1\"",
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "application/JSON ;charset=\"UTF-8\""
  };

  private static final String[] BODIES = {
    "",
    " ",
    "null",
    "1",
    "\"x\"",
    "[]",
    "{",
    "{}",
    "{}{}",
    "nul",
    "NaN",
    "{\"ids\":[1e400]}",
    "{\"ids\":[1e300,1.0,-0.0,1.5,1E2]}",
    "{\"ids\":[99999999999999999999]}",
    "{\"ids\":1}",
    "{\"ids\":[null,true,\"1\",[],{}]}",
    "{\"a\":1,\"a\":2}",
    "{\"email\":\"a@b\",\"name\":\"\\ud800\"}",
    "{\"email\":\"a@b\",\"name\":\"\\u0000\"}",
    "{\"email\":\"a@b\\n\",\"name\":\"x\\n\"}",
    "{\"email\":null,\"name\":null}",
    "{\"\\ud800\":1}",
    "{\"a/b~c\":1,\"\":2,\"\\u0000\":3}",
    "{\"name\":\"\\u3000\\u2003\"}",
    "\ufeff{}",
    "{\"ids\":[" + "1,".repeat(1_000) + "1]}",
    "{\"ids\":[" + "9".repeat(1_001) + "]}",
    "{'ids':[1]}",
    "{\"ids\":[1],}",
    "//\n{}"
  };

  private static final Charset[] CHARSETS = {
    StandardCharsets.UTF_16LE, StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1
  };

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  /** The event, spoiled in one to three ways. */
  byte[] spoil(Event event) {
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
      case 2 -> event.json().put("body", BODIES[random.nextInt(BODIES.length)]);
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
    return any(TEXTS);
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

  /** Puts a value, or nothing, in the place of one somewhere in the tree. */
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

  /** Spoils the JSON that the body holds. */
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

  /** Spoils the bytes of the event itself. */
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

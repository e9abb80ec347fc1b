package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Hashes of what identifies a repeated request. Stateless. */
final class Fingerprint {

  private Fingerprint() {}

  /**
   * Returns a hash of the path, the query and the body: equal for requests that differ only in the
   * order of members, in white space, or in how a string or a number is written.
   */
  static String of(HttpRequest request) {
    ObjectNode parts = Json.object();
    parts.set("path", sorted(request.path()));
    parts.set("query", sorted(request.query()));
    JsonNode body = request.body().parsed();
    if (body == null) {
      parts.put("text", request.body().text());
    } else {
      parts.set("body", canonical(body));
    }
    return hash(Json.bytes(parts));
  }

  /** Returns a hash of a text. */
  static String of(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode sorted(Map<String, String> parameters) {
    ObjectNode sorted = Json.object();
    new TreeMap<>(parameters).forEach(sorted::put);
    return sorted;
  }

  private static JsonNode canonical(JsonNode value) {
    if (value.isObject()) {
      Map<String, JsonNode> members = new TreeMap<>();
      value.properties().forEach(m -> members.put(m.getKey(), canonical(m.getValue())));
      return Json.object().setAll(members);
    }
    if (value.isArray()) {
      ArrayNode array = Json.array();
      value.forEach(element -> array.add(canonical(element)));
      return array;
    }
    return value.isNumber()
        ? Json.array().numberNode(value.decimalValue().stripTrailingZeros())
        : value;
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

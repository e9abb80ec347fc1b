package dev.warmpool.functions.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.MessageQueue.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message: a run, and some of its tenants. The run's job and parameters are read from
 * its record, so that a message of another producer starts nothing. Immutable.
 *
 * @param run the run's id
 * @param tenants 1 to {@link #MAX_TENANTS} names, each once
 */
record RunMessage(UUID run, List<String> tenants) {

  /** A message of as many names of the longest kind has 7 KB. */
  static final int MAX_TENANTS = 100;

  private static final Set<String> MEMBERS = Set.of("run", "tenants");
  private static final int MAX_BODY = 100_000;
  private static final int MAX_NAMES = 10;

  /** Divides the tenants of a run among messages. */
  static List<RunMessage> divide(UUID run, List<String> tenants) {
    List<RunMessage> messages = new ArrayList<>();
    for (int from = 0; from < tenants.size(); from += MAX_TENANTS) {
      int to = Math.min(tenants.size(), from + MAX_TENANTS);
      messages.add(new RunMessage(run, List.copyOf(tenants.subList(from, to))));
    }
    return messages;
  }

  /**
   * Reads a body.
   *
   * @throws RefusedMessageException if it is another message's; the message names its members, but
   *     quotes no values
   */
  static RunMessage of(@Nullable String body) {
    JsonNode json = json(body);
    List<String> foreign = new ArrayList<>();
    json.fieldNames().forEachRemaining(foreign::add);
    foreign.removeAll(MEMBERS);
    if (!foreign.isEmpty()) {
      throw new RefusedMessageException(
          "the message is not of a run: "
              + String.join(", ", foreign.subList(0, Math.min(MAX_NAMES, foreign.size())))
              + " unknown, must be one of run and tenants");
    }
    return new RunMessage(run(json.path("run")), tenants(json.path("tenants")));
  }

  private static JsonNode json(@Nullable String body) {
    if (body != null && body.length() <= MAX_BODY) {
      try {
        JsonNode json = Json.read(body);
        if (json.isObject()) {
          return json;
        }
      } catch (IOException e) {
        // falls through to the message below: the cause's message quotes the body
      }
    }
    throw new RefusedMessageException("the message is not of a run: it is not a JSON object");
  }

  private static UUID run(JsonNode run) {
    return RunIds.of(run).orElseThrow(() -> new RefusedMessageException("run must be a run's id"));
  }

  private static List<String> tenants(JsonNode tenants) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode tenant : tenants) {
      if (tenant.isTextual() && tenant.textValue().indexOf(0) < 0) { // no text of PostgreSQL has it
        names.add(tenant.textValue());
      }
    }
    boolean isEach = tenants.isArray() && names.size() == tenants.size();
    if (!isEach || names.isEmpty() || names.size() > MAX_TENANTS) {
      throw new RefusedMessageException(
          "tenants must be an array of 1 to " + MAX_TENANTS + " names, each once");
    }
    return List.copyOf(names);
  }

  /** Returns the message to send. */
  Message message(Map<String, String> attributes) {
    ObjectNode body = Json.object().put("run", run.toString());
    ArrayNode names = body.putArray("tenants");
    tenants.forEach(names::add);
    return new Message(new String(Json.bytes(body), StandardCharsets.UTF_8), attributes);
  }
}

package dev.warmpool.local.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a function's partial batch response. As Lambda documents it: no response, no list or an
 * empty one is a complete success; a response that is no JSON, or an entry whose identifier is
 * missing, null, empty or of no message of the batch, is a complete failure.
 */
final class ItemFailures {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ItemFailures() {}

  /**
   * The messages that the response leaves to be deleted.
   *
   * @return the messages; empty after a complete failure
   */
  static List<JsonNode> succeeded(byte[] response, List<JsonNode> batch) {
    Optional<Set<String>> failed = identifiers(response);
    Set<String> known = new HashSet<>();
    batch.forEach(message -> known.add(id(message)));
    return failed.isPresent() && known.containsAll(failed.get())
        ? batch.stream().filter(message -> !failed.get().contains(id(message))).toList()
        : List.of();
  }

  private static String id(JsonNode message) {
    return message.path("MessageId").asText();
  }

  /** The identifiers; empty if the response is no JSON or an entry has no identifier. */
  private static Optional<Set<String>> identifiers(byte[] response) {
    try {
      Set<String> identifiers = new HashSet<>();
      for (JsonNode entry : tree(response).path("batchItemFailures")) {
        identifiers.add(entry.path("itemIdentifier").asText(""));
      }
      return Optional.of(identifiers);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static JsonNode tree(byte[] response) throws JsonProcessingException {
    return JSON.readTree(new String(response, StandardCharsets.UTF_8));
  }
}

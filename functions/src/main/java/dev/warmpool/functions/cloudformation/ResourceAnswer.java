package dev.warmpool.functions.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to a request of CloudFormation. Immutable.
 *
 * @param status whether the stack's operation may go on
 * @param reason why it may not; empty if it may
 * @param data what {@code Fn::GetAtt} reads from the resource
 */
public record ResourceAnswer(Status status, String reason, Map<String, String> data) {

  /** Bytes of an answer, as many as CloudFormation accepts. */
  static final int MAX_BYTES = 4096;

  /** Whether the stack's operation may go on. */
  public enum Status {
    SUCCESS,
    FAILED
  }

  /**
   * Replaces characters of the reason that not every reader shows, such as line ends, by spaces.
   */
  public ResourceAnswer {
    reason = reason.replaceAll("[^\\x20-\\uD7FF\\uE000-\\uFFFD]", " ");
    data = Map.copyOf(data);
  }

  /** Returns the answer that lets the stack's operation go on. */
  public static ResourceAnswer success(Map<String, String> data) {
    return new ResourceAnswer(Status.SUCCESS, "", data);
  }

  /** Returns the answer that ends the stack's operation, for a reason that is not empty. */
  public static ResourceAnswer failed(String reason, Map<String, String> data) {
    return new ResourceAnswer(Status.FAILED, reason, data);
  }

  /**
   * Returns the answer in the form of CloudFormation. A reason that is too long for it is cut.
   *
   * @param newId the resource's physical id if the request has none
   */
  JsonNode json(ResourceRequest request, String newId) {
    ObjectNode json =
        Json.object()
            .put("Status", status.name())
            .put("PhysicalResourceId", request.physicalResourceId().orElse(newId))
            .put("StackId", request.stackId())
            .put("RequestId", request.requestId())
            .put("LogicalResourceId", request.logicalResourceId());
    ObjectNode members = json.putObject("Data");
    new TreeMap<>(data).forEach(members::put);
    return reason.isEmpty() ? json : withReason(json);
  }

  /** Cuts the reason until it fits: a character takes one to six bytes in JSON. */
  private JsonNode withReason(ObjectNode json) {
    String cut = reason;
    while (Json.bytes(json.put("Reason", cut)).length > MAX_BYTES && !cut.isEmpty()) {
      int excess = Json.bytes(json).length - MAX_BYTES;
      cut = cut.substring(0, Math.max(0, cut.length() - excess / 6 - 1));
    }
    return cut.equals(reason) ? json : json.put("Reason", ellipsis(cut));
  }

  private static String ellipsis(String cut) {
    return cut.length() < 3 ? cut : cut.substring(0, cut.length() - 3) + "…";
  }
}

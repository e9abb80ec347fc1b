package dev.warmpool.functions.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;

/**
 * A request of CloudFormation to create, update or delete a custom resource. Immutable.
 *
 * @param type what to do
 * @param resourceType as the template has it, such as {@code Custom::Migration}
 * @param responseUrl the pre-signed URL that the answer goes to
 * @param stackId returned in the answer
 * @param requestId returned in the answer
 * @param logicalResourceId the resource's name in the template, returned in the answer
 * @param physicalResourceId the id that the answer to {@code Create} gave; empty in that request
 * @param properties those of the resource in the template, each text or an array or object of texts
 */
public record ResourceRequest(
    Type type,
    String resourceType,
    URI responseUrl,
    String stackId,
    String requestId,
    String logicalResourceId,
    Optional<String> physicalResourceId,
    JsonNode properties) {

  private static final String REQUEST_TYPE = "RequestType";

  /** What to do with a custom resource. */
  public enum Type {
    CREATE("Create"),
    UPDATE("Update"),
    DELETE("Delete");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    private static Type of(String text) {
      for (Type type : values()) {
        if (type.text.equals(text)) {
          return type;
        }
      }
      throw new IllegalArgumentException(REQUEST_TYPE + " must be Create, Update or Delete");
    }
  }

  /** Returns whether the event claims to be such a request. */
  public static boolean isIn(JsonNode event) {
    return event.has(REQUEST_TYPE);
  }

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if a member is missing, or if the response's URL has neither
   *     the scheme https nor, for tests, a loopback address
   */
  public static ResourceRequest of(JsonNode event) {
    JsonNode properties = event.path("ResourceProperties");
    if (!properties.isObject()) {
      throw new IllegalArgumentException("ResourceProperties must be an object");
    }
    JsonNode physicalId = event.path("PhysicalResourceId");
    return new ResourceRequest(
        Type.of(text(event, REQUEST_TYPE)),
        text(event, "ResourceType"),
        url(text(event, "ResponseURL")),
        text(event, "StackId"),
        text(event, "RequestId"),
        text(event, "LogicalResourceId"),
        Optional.ofNullable(physicalId.textValue()),
        properties);
  }

  private static String text(JsonNode event, String member) {
    JsonNode text = event.path(member);
    if (!text.isTextual() || text.textValue().isEmpty()) {
      throw new IllegalArgumentException(member + " must be a text that is not empty");
    }
    return text.textValue();
  }

  /** The message does not quote the URL, whose query is a signature. */
  private static URI url(String text) {
    try {
      URI url = URI.create(text);
      boolean loopback = "127.0.0.1".equals(url.getHost()) || "localhost".equals(url.getHost());
      boolean secure = "https".equals(url.getScheme()) && url.getHost() != null;
      if (secure || ("http".equals(url.getScheme()) && loopback)) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // the message below replaces this one, which quotes the URL
    }
    throw new IllegalArgumentException("ResponseURL must be an https URL");
  }
}

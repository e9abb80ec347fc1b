package dev.warmpool.local.queue;

import java.nio.charset.StandardCharsets;

/**
 * A request of the SQS API. Immutable.
 *
 * @param line method and target of the request line
 * @param action value of the header X-Amz-Target; empty in the older protocol of forms
 * @param contentType value of the header Content-Type; empty without one
 * @param body the body
 */
record SqsRequest(String line, String action, String contentType, byte[] body) {

  /** A request in the JSON protocol. */
  static SqsRequest json(String action, String body) {
    return new SqsRequest(
        "POST /",
        "AmazonSQS." + action,
        "application/x-amz-json-1.0",
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** The request as bytes, with its head. */
  byte[] head() {
    StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (!action.isEmpty()) {
      head.append("X-Amz-Target: ").append(action).append("\r\n");
    }
    if (!contentType.isEmpty()) {
      head.append("Content-Type: ").append(contentType).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}

package dev.warmpool.local.queue;

import java.util.Map;

/**
 * A response of the SQS API. Immutable.
 *
 * @param status HTTP status
 * @param headers headers by their names in lower case
 * @param body the body
 */
record SqsResponse(int status, Map<String, String> headers, byte[] body) {

  String header(String name) {
    return headers.getOrDefault(name, "");
  }
}

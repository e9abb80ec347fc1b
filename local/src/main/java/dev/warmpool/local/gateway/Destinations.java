package dev.warmpool.local.gateway;

import java.util.Map;

/** The places to which records of asynchronous invocations can be sent. Thread-safe. */
public interface Destinations {

  /**
   * Sends a record.
   *
   * @param arn ARN of the destination
   * @param attributes message attributes
   * @return false if there is no such destination on this machine
   * @throws IllegalArgumentException if the destination refuses the record, as one that is too
   *     large
   */
  boolean send(String arn, String body, Map<String, String> attributes);
}

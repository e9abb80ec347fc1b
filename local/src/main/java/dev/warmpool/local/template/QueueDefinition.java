package dev.warmpool.local.template;

import java.util.Map;
import java.util.Optional;

/**
 * An SQS queue of the template. Immutable.
 *
 * @param id logical id
 * @param name name of the queue
 * @param attributes attributes as the SQS API names them, of those that a template sets
 * @param deadLetterQueue ARN of the queue that takes messages received too often; empty without one
 */
public record QueueDefinition(
    String id, String name, Map<String, String> attributes, Optional<String> deadLetterQueue) {

  /**
   * Base address in the URLs of queues as the template resolves them; the runner puts the address
   * of its SQS server in its place.
   */
  public static final String SERVER = "http://sqs.invalid";

  private static final String ACCOUNT = "123456789012";
  private static final String REGION = "us-east-1";

  /** The queue's ARN. */
  public String arn() {
    return arn(name);
  }

  /** The queue's URL, see {@link #SERVER}. */
  public String url() {
    return url(name);
  }

  static String arn(String name) {
    return "arn:aws:sqs:" + REGION + ":" + ACCOUNT + ":" + name;
  }

  static String url(String name) {
    return SERVER + "/" + ACCOUNT + "/" + name;
  }

  /** Seconds for which a received message is invisible. */
  public int visibilityTimeout() {
    return Integer.parseInt(attributes.getOrDefault("VisibilityTimeout", "30"));
  }

  /** Whether the queue keeps the order of messages. */
  public boolean isFifo() {
    return name.endsWith(".fifo");
  }
}

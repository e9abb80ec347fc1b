package dev.warmpool.local.template;

import java.time.Duration;
import java.util.Optional;

/**
 * The handling of a function's asynchronous events: {@code EventInvokeConfig} and {@code
 * DeadLetterQueue}. Immutable.
 *
 * @param retries attempts after the first that failed
 * @param maxAge age past which an event is not attempted again
 * @param onSuccess ARN of the destination for a record of success
 * @param onFailure ARN of the destination for a record of the last failure
 * @param deadLetterQueue ARN of the queue for the event itself after the last failure
 */
public record AsynchronousDefinition(
    int retries,
    Duration maxAge,
    Optional<String> onSuccess,
    Optional<String> onFailure,
    Optional<String> deadLetterQueue) {

  /** Lambda's defaults: two retries within six hours, no destination. */
  public static final AsynchronousDefinition DEFAULT =
      new AsynchronousDefinition(
          2, Duration.ofHours(6), Optional.empty(), Optional.empty(), Optional.empty());
}

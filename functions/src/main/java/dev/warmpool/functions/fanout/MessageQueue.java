package dev.warmpool.functions.fanout;

import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A queue that messages are sent to. Implementations are thread-safe. */
public interface MessageQueue {

  /** The most messages of one call, the limit of SQS. */
  int MAX_MESSAGES = 10;

  /**
   * Sends messages in one call, when subscribed to.
   *
   * @param messages at most {@link #MAX_MESSAGES}
   * @return the reason for each message that the queue refused, by its index; an empty map if it
   *     accepted all of them. Fails if the call itself fails
   */
  Mono<Map<Integer, String>> send(List<Message> messages);

  /**
   * A message to send. Immutable.
   *
   * @param body the text
   * @param attributes at most ten, with values that are not empty
   */
  record Message(String body, Map<String, String> attributes) {}
}

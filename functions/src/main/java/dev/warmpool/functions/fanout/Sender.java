package dev.warmpool.functions.fanout;

import dev.warmpool.functions.fanout.MessageQueue.Message;
import dev.warmpool.session.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends any number of messages, ten in a call, and those that the queue refused again. Immutable.
 */
final class Sender {

  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  /** A queue that refuses a message three times in a row is throttled or denies access. */
  private static final int ATTEMPTS = 3;

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Time that must be left before another attempt: that of a call to a queue out of reach. */
  private static final Duration CALL_TIME = Duration.ofSeconds(4);

  private final MessageQueue queue;
  private final Deadline deadline;

  Sender(MessageQueue queue, Deadline deadline) {
    this.queue = queue;
    this.deadline = deadline;
  }

  /**
   * Sends the messages when subscribed to; begins no call after the deadline, and no further
   * attempt that could last longer.
   *
   * @return the reason for each message that was not sent, in order; never fails
   */
  Mono<Map<Message, String>> send(List<Message> messages) {
    return Flux.fromIterable(messages)
        .buffer(MessageQueue.MAX_MESSAGES)
        .concatMap(this::sendInTime)
        .collect(LinkedHashMap::new, Map::putAll);
  }

  private Mono<Map<Message, String>> sendInTime(List<Message> ten) {
    return deadline.isPast()
        ? Mono.just(all(ten, "the time was over before the message was sent"))
        : send(ten, 1);
  }

  private Mono<Map<Message, String>> send(List<Message> ten, int attempt) {
    return queue
        .send(ten)
        .map(refused -> byMessage(ten, refused))
        .onErrorResume(error -> Mono.just(failed(ten, error)))
        .flatMap(
            unsent ->
                unsent.isEmpty() || attempt == ATTEMPTS || !isTimeLeft()
                    ? Mono.just(unsent)
                    : Mono.delay(PAUSE.multipliedBy(attempt))
                        .then(send(List.copyOf(unsent.keySet()), attempt + 1)));
  }

  private boolean isTimeLeft() {
    return deadline.remaining().compareTo(CALL_TIME) >= 0;
  }

  private static Map<Message, String> byMessage(List<Message> ten, Map<Integer, String> refused) {
    Map<Message, String> unsent = new LinkedHashMap<>();
    new ArrayList<>(refused.keySet())
        .stream().sorted().forEach(index -> unsent.put(ten.get(index), refused.get(index)));
    return unsent;
  }

  private static Map<Message, String> failed(List<Message> ten, Throwable error) {
    LOG.warn("Messages could not be sent", error);
    return all(ten, Failure.sending(error).reason());
  }

  private static Map<Message, String> all(List<Message> ten, String reason) {
    Map<Message, String> unsent = new LinkedHashMap<>();
    ten.forEach(message -> unsent.put(message, reason));
    return unsent;
  }
}

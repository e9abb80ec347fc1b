package dev.warmpool.functions.fanout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** A queue in memory that refuses the messages that a test selects. Thread-safe. */
final class RecordingQueue implements MessageQueue {

  final List<Message> accepted = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger calls = new AtomicInteger();
  private final Predicate<Message> refuses;

  RecordingQueue(Predicate<Message> refuses) {
    this.refuses = refuses;
  }

  /** Creates a queue that accepts every message. */
  static RecordingQueue open() {
    return new RecordingQueue(message -> false);
  }

  @Override
  public Mono<Map<Integer, String>> send(List<Message> messages) {
    return Mono.fromSupplier(
        () -> {
          calls.incrementAndGet();
          Map<Integer, String> refused = new HashMap<>();
          for (int i = 0; i < messages.size(); i++) {
            if (refuses.test(messages.get(i))) {
              refused.put(i, "InternalError: try again");
            } else {
              accepted.add(messages.get(i));
            }
          }
          return refused;
        });
  }
}

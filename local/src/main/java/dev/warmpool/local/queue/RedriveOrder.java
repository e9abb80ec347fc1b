package dev.warmpool.local.queue;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.QueueDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Orders queues so that each comes after its dead-letter queue. */
final class RedriveOrder {

  private RedriveOrder() {}

  /**
   * Orders these queues.
   *
   * @throws StartupException if a dead-letter queue is none of them, or if they form a cycle
   */
  static List<QueueDefinition> of(List<QueueDefinition> queues) {
    List<QueueDefinition> waiting = new ArrayList<>(queues);
    List<QueueDefinition> ordered = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Optional<QueueDefinition> next =
          waiting.stream().filter(queue -> isReady(queue, ordered)).findFirst();
      ordered.add(next.orElseThrow(() -> fault(waiting.get(0))));
      waiting.remove(next.get());
    }
    return ordered;
  }

  private static boolean isReady(QueueDefinition queue, List<QueueDefinition> ordered) {
    return queue.deadLetterQueue().isEmpty()
        || ordered.stream().anyMatch(other -> other.arn().equals(queue.deadLetterQueue().get()));
  }

  private static StartupException fault(QueueDefinition queue) {
    return new StartupException(
        "the queue %s has the dead-letter queue %s: must be another queue of the template"
            .formatted(queue.id(), queue.deadLetterQueue().orElse("")));
  }
}

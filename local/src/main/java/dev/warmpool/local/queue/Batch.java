package dev.warmpool.local.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.template.QueueDefinition;
import dev.warmpool.local.template.QueueEventDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects the messages of one invocation. Confined to one thread. */
final class Batch {

  /** The longest wait of a receive request. */
  private static final int WAIT_SECONDS = 20;

  /** Lambda's limit on an event, less what ten more messages of the largest size may take. */
  private static final int MAX_BYTES = 6 * 1024 * 1024 - 10 * 256 * 1024;

  private final SqsClient client;
  private final QueueDefinition queue;
  private final QueueEventDefinition source;
  private final List<JsonNode> messages = new ArrayList<>();
  private int bytes;

  Batch(SqsClient client, QueueDefinition queue, QueueEventDefinition source) {
    this.client = client;
    this.queue = queue;
    this.source = source;
  }

  /**
   * Waits for a first message, then until the batch is full, large, or its window over. Without a
   * window, takes what is there with the first.
   *
   * @return the messages; empty if none came for a while
   */
  List<JsonNode> receive() {
    add(WAIT_SECONDS);
    long end = System.nanoTime() + source.window().toNanos();
    while (!messages.isEmpty() && !isFull() && end > System.nanoTime()) {
      long seconds = Duration.ofNanos(end - System.nanoTime()).plusMillis(999).toSeconds();
      add((int) Math.min(WAIT_SECONDS, seconds));
    }
    return messages;
  }

  private boolean isFull() {
    return messages.size() >= source.batchSize() || bytes > MAX_BYTES;
  }

  private void add(int waitSeconds) {
    int limit = Math.min(SqsClient.BATCH, source.batchSize() - messages.size());
    for (JsonNode message : client.receive(queue, limit, waitSeconds)) {
      messages.add(message);
      bytes += message.toString().getBytes(StandardCharsets.UTF_8).length;
    }
  }
}

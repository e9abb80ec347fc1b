package dev.warmpool.local.queue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.Output;
import dev.warmpool.local.gateway.RequestLog;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import dev.warmpool.local.template.AsynchronousDefinition;
import dev.warmpool.local.template.QueueDefinition;
import dev.warmpool.local.template.QueueEventDefinition;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Invokes a function with the messages of a queue as Lambda does. Messages that the function took
 * are deleted; the others become visible again after the queue's visibility time-out. Thread-safe.
 */
final class EventSource implements AutoCloseable {

  /** Lambda's concurrency for a queue to begin with. */
  private static final int CONCURRENCY = 5;

  private final QueueEventDefinition definition;
  private final QueueDefinition queue;
  private final FunctionRunner function;
  private final SqsClient client;
  private final RequestLog log;
  private final Semaphore permits;
  private volatile boolean closed;

  /**
   * Creates an event source that is not started.
   *
   * @param log notified of each batch
   */
  EventSource(
      QueueEventDefinition definition,
      QueueDefinition queue,
      FunctionRunner function,
      SqsClient client,
      RequestLog log) {
    this.definition = definition;
    this.queue = queue;
    this.function = function;
    this.client = client;
    this.log = log;
    // No more than can run: the visibility time-out of messages that waited here would go on.
    this.permits =
        new Semaphore(
            Math.min(definition.concurrency().orElse(CONCURRENCY), function.limit()), true);
  }

  /** Receives messages on one thread until this or the server is closed; invokes on others. */
  void start(ExecutorService threads) {
    threads.execute(() -> receive(threads));
  }

  private void receive(ExecutorService threads) {
    try {
      while (!closed) {
        next(threads);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // the server has been closed
    } catch (IllegalArgumentException e) {
      Output.line("queue %s | receives no more: %s".formatted(queue.id(), e.getMessage()));
    }
  }

  private void next(ExecutorService threads) throws InterruptedException {
    permits.acquire();
    List<JsonNode> batch = new Batch(client, queue, definition).receive();
    if (batch.isEmpty()) {
      permits.release();
    } else {
      threads.execute(() -> process(batch));
    }
  }

  private void process(List<JsonNode> batch) {
    try {
      invoke(batch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ThrottledException e) {
      Output.line(function.function().name() + " | " + e.getMessage());
    } catch (IllegalArgumentException e) {
      Output.line("queue %s | messages come again: %s".formatted(queue.id(), e.getMessage()));
    } catch (IllegalStateException | RejectedExecutionException e) {
      // the runner is shutting down
    } finally {
      permits.release();
    }
  }

  private void invoke(List<JsonNode> batch) throws InterruptedException {
    String id = UUID.randomUUID().toString();
    log.arrived(id, "queue " + queue.id());
    InvocationResult result =
        function.invokeLater(
            id, QueueEvent.of(queue, batch), AsynchronousDefinition.DEFAULT.maxAge());
    List<JsonNode> succeeded = succeeded(result, batch);
    for (int from = 0; from < succeeded.size(); from += SqsClient.BATCH) {
      client.delete(
          queue, succeeded.subList(from, Math.min(from + SqsClient.BATCH, succeeded.size())));
    }
    int failed = batch.size() - succeeded.size();
    String outcome = failed == 0 ? "done" : failed + " of " + batch.size() + " failed";
    log.answered(id, outcome);
    if (failed > 0 && !closed) {
      Output.line(
          "%s | queue %s: %s, visible again after the time-out: %s"
              .formatted(function.function().name(), queue.id(), outcome, result.summary()));
    }
  }

  private List<JsonNode> succeeded(InvocationResult result, List<JsonNode> batch) {
    if (result.failed()) {
      return List.of();
    }
    return definition.reportsItemFailures()
        ? ItemFailures.succeeded(result.payload(), batch)
        : batch;
  }

  /** Receives no more messages. Those of the last request become visible again by themselves. */
  @Override
  public void close() {
    closed = true;
  }
}

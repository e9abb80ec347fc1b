package dev.warmpool.local.gateway;

import dev.warmpool.local.Output;
import dev.warmpool.local.gateway.InvocationRecord.Condition;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import dev.warmpool.local.template.AsynchronousDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Invokes functions as Lambda does for asynchronous events: a function's error is followed by
 * retries, a throttled event waits, and the last failure goes to the function's destination or
 * dead-letter queue, or else to the log. Events that wait are lost when the run ends. Thread-safe.
 */
public final class AsynchronousInvocations implements AutoCloseable {

  private final Functions functions;
  private final Handling handling;
  private final RequestLog log;
  private final ExecutorService threads;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(AsynchronousInvocations::daemon);

  /**
   * How events are handled.
   *
   * @param definitions by the function's logical id
   * @param destinations the places for records of the last failure or of success
   * @param retryDelay time before the first retry; the second follows after twice as long
   */
  public record Handling(
      Map<String, AsynchronousDefinition> definitions,
      Destinations destinations,
      Duration retryDelay) {}

  /** An event on its way. */
  private record Event(
      FunctionRunner function, String id, String source, byte[] payload, Instant accepted) {

    String name() {
      return function.function().name();
    }

    Duration age() {
      return Duration.between(accepted, Instant.now());
    }
  }

  /**
   * Creates the invocations.
   *
   * @param log notified of each attempt
   * @param threads unbounded executor for invocations
   */
  public AsynchronousInvocations(
      Functions functions, Handling handling, RequestLog log, ExecutorService threads) {
    this.functions = functions;
    this.handling = handling;
    this.log = log;
    this.threads = threads;
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retries");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Accepts an event and returns at once.
   *
   * @param function logical id of the function, which must exist
   * @param source name of the event's source for the log
   * @return the request id, the same at each attempt
   */
  String accept(String function, String source, byte[] payload) {
    String id = UUID.randomUUID().toString();
    Event event = new Event(functions.get(function), id, source, payload.clone(), Instant.now());
    threads.execute(() -> attempt(event, 1));
    return id;
  }

  private AsynchronousDefinition definition(Event event) {
    return handling.definitions().getOrDefault(event.name(), AsynchronousDefinition.DEFAULT);
  }

  private void attempt(Event event, int number) {
    try {
      Duration left = definition(event).maxAge().minus(event.age());
      log.arrived(event.id(), event.source());
      InvocationResult result = event.function().invokeLater(event.id(), event.payload(), left);
      log.answered(event.id(), result.failed() ? "failed" : "done");
      if (!timer.isShutdown()) {
        ended(event, number, result);
      }
    } catch (ThrottledException e) {
      failed(event, InvocationRecord.throttled(number - 1, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException | RejectedExecutionException e) {
      // the runner is shutting down
    }
  }

  private void ended(Event event, int number, InvocationResult result) {
    AsynchronousDefinition definition = definition(event);
    Duration delay = handling.retryDelay().multipliedBy(number);
    boolean inTime = event.age().plus(delay).compareTo(definition.maxAge()) <= 0;
    if (!result.failed()) {
      InvocationRecord record = InvocationRecord.of(Condition.SUCCESS, number, result);
      definition.onSuccess().ifPresent(arn -> send(arn, event, record));
    } else if (number <= definition.retries() && inTime) {
      retry(event, number + 1, delay, result);
    } else {
      boolean aged = number <= definition.retries();
      Condition condition = aged ? Condition.EVENT_AGE_EXCEEDED : Condition.RETRIES_EXHAUSTED;
      failed(event, InvocationRecord.of(condition, number, result));
    }
  }

  private void retry(Event event, int number, Duration delay, InvocationResult result) {
    Output.line(
        "%s | failed, attempt %d follows in %d s: %s"
            .formatted(event.name(), number, delay.toSeconds(), result.summary()));
    timer.schedule(
        () -> threads.execute(() -> attempt(event, number)),
        delay.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void failed(Event event, InvocationRecord record) {
    AsynchronousDefinition definition = definition(event);
    definition
        .deadLetterQueue()
        .ifPresent(arn -> send(arn, event, text(event.payload()), record.attributes(event.id())));
    if (definition.onFailure().isPresent()) {
      send(definition.onFailure().get(), event, record);
    } else if (definition.deadLetterQueue().isEmpty()) {
      Output.line(
          "%s | event dropped after %d attempts: %s"
              .formatted(event.name(), record.attempts(), record.summary()));
    }
  }

  private void send(String arn, Event event, InvocationRecord record) {
    String body = record.json(event.id(), event.name(), event.payload());
    send(arn, event, body, Map.of());
  }

  private void send(String arn, Event event, String body, Map<String, String> attributes) {
    try {
      if (!handling.destinations().send(arn, body, attributes)) {
        Output.line("%s | no destination %s here: %s".formatted(event.name(), arn, body));
      }
    } catch (IllegalArgumentException e) {
      Output.line(
          "%s | event %s dropped, %s refuses it: %s"
              .formatted(event.name(), event.id(), arn, e.getMessage()));
    }
  }

  private static String text(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

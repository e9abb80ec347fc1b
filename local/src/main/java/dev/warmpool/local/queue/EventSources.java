package dev.warmpool.local.queue;

import dev.warmpool.local.Output;
import dev.warmpool.local.StartupException;
import dev.warmpool.local.gateway.RequestLog;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.QueueDefinition;
import dev.warmpool.local.template.QueueEventDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The event sources that feed functions from queues, until they are closed. Thread-safe. */
public final class EventSources implements AutoCloseable {

  private final List<EventSource> sources = new ArrayList<>();

  private EventSources() {}

  /**
   * Starts those that are enabled.
   *
   * @param log notified of each batch
   * @param threads unbounded executor for requests and invocations
   * @throws StartupException if an event names no queue of the template
   */
  public static EventSources start(
      List<QueueEventDefinition> events,
      Queues queues,
      Functions functions,
      RequestLog log,
      ExecutorService threads) {
    EventSources started = new EventSources();
    SqsClient client = queues.client();
    for (QueueEventDefinition event : events) {
      QueueDefinition queue = queues.withArn(event.queue()).orElseThrow(() -> fault(event));
      warn(queue, functions.get(event.function()).function());
      if (event.enabled()) {
        started.sources.add(
            new EventSource(event, queue, functions.get(event.function()), client, log));
      }
    }
    started.sources.forEach(source -> source.start(threads));
    return started;
  }

  private static void warn(QueueDefinition queue, FunctionDefinition function) {
    if (queue.visibilityTimeout() < function.timeoutSeconds()) {
      Output.line(
          "Queue      %s has a VisibilityTimeout of %d s, less than the Timeout of %s, %d s: AWS refuses its event source"
              .formatted(
                  queue.id(),
                  queue.visibilityTimeout(),
                  function.name(),
                  function.timeoutSeconds()));
    }
  }

  @Override
  public void close() {
    sources.forEach(EventSource::close);
  }

  private static StartupException fault(QueueEventDefinition event) {
    return new StartupException(
        "the event %s of %s has the queue %s: must be a queue of the template, as !GetAtt QUEUE.Arn"
            .formatted(event.name(), event.function(), event.queue()));
  }
}

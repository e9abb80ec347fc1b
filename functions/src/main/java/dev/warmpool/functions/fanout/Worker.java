package dev.warmpool.functions.fanout;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import dev.warmpool.functions.event.Invocation;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.InvocationDeadline;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Works through the messages of runs, one after another, and reports those that have to come again.
 * A message that is not of a run goes to the dead letters at once. Thread-safe.
 */
public final class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final String SOURCE = "aws:sqs";

  private final Supplier<SessionManager> sessions;
  private final FanOutSettings settings;
  private final TenantWork.Finder work;

  /**
   * Creates a worker; starts nothing.
   *
   * @param sessions supplies the session manager; called for every event
   * @param settings the queue for what is left of a message, and the dead letters
   * @param work finds the work of a run
   */
  public Worker(
      Supplier<SessionManager> sessions, FanOutSettings settings, TenantWork.Finder work) {
    this.sessions = sessions;
    this.settings = settings;
    this.work = work;
  }

  /**
   * Handles one event on the calling thread and ends the invocation: no session is running when
   * this method returns.
   *
   * @return the messages that the queue has to deliver again
   * @throws IllegalArgumentException if the event is not of a queue
   */
  public SQSBatchResponse handle(@Nullable SQSEvent event, Context context) {
    List<SQSMessage> messages = messages(event);
    Mono<SQSBatchResponse> response =
        Mono.defer(() -> handle(messages, InvocationDeadline.of(context)));
    return Invocation.await(response, context);
  }

  private static List<SQSMessage> messages(@Nullable SQSEvent event) {
    List<SQSMessage> messages = event == null ? null : event.getRecords();
    if (messages == null || !messages.stream().allMatch(Worker::isOfQueue)) {
      throw new IllegalArgumentException(
          "the event must have Records, each with a messageId and the eventSource " + SOURCE);
    }
    return messages;
  }

  private static boolean isOfQueue(@Nullable SQSMessage message) {
    return message != null
        && SOURCE.equals(message.getEventSource())
        && message.getMessageId() != null
        && !message.getMessageId().isEmpty();
  }

  private Mono<SQSBatchResponse> handle(List<SQSMessage> messages, Deadline deadline) {
    Delivery delivery = new Delivery(sessions.get(), settings, work, deadline);
    if (delivery.isTooShort()) {
      return Mono.error(new IllegalStateException("the function's time-out is too short for work"));
    }
    return Flux.fromIterable(messages)
        .concatMap(message -> comesAgain(delivery, message))
        .map(message -> new BatchItemFailure(message.getMessageId()))
        .collectList()
        .map(SQSBatchResponse::new);
  }

  /** Returns the message if it has to come again; empty if it is settled. Never fails. */
  private static Mono<SQSMessage> comesAgain(Delivery delivery, SQSMessage message) {
    return delivery
        .settle(message)
        .onErrorResume(
            error -> {
              LOG.error("The message {} failed", message.getMessageId(), error);
              return Mono.just(false);
            })
        .flatMap(settled -> settled ? Mono.empty() : Mono.just(message));
  }
}

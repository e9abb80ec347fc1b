package com.example.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.lambda.SharedSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the orders whose ids are in the queue as shipped, each in a transaction of its own. Only the
 * messages that failed are delivered again.
 */
public final class ShipOrdersHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

  private static final Logger LOG = LoggerFactory.getLogger(ShipOrdersHandler.class);

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    BlockingSessions sessions = SharedSessions.blocking(context);
    return new SQSBatchResponse(failures(event, message -> ship(message, sessions)));
  }

  private static void ship(SQSMessage message, BlockingSessions sessions) {
    UUID id = UUID.fromString(message.getBody().strip());
    if (!sessions.inSession(
        SessionOptions.standard(), session -> OrderQueries.ship(session, id))) {
      throw new IllegalArgumentException("there is no order " + id);
    }
  }

  private static List<BatchItemFailure> failures(SQSEvent event, Consumer<SQSMessage> work) {
    List<BatchItemFailure> failures = new ArrayList<>();
    for (SQSMessage message : event.getRecords()) {
      try {
        work.accept(message);
      } catch (RuntimeException error) {
        LOG.warn("message {} is left in the queue", message.getMessageId(), error);
        failures.add(new BatchItemFailure(message.getMessageId()));
      }
    }
    return failures;
  }
}

package com.example.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.time.Duration;
import java.util.UUID;

/** {@code POST /orders} places an order with its lines, {@code GET /orders/{id}} shows it. */
public final class OrdersHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  static {
    Preload.start(); // loads the library's classes while this function starts
  }

  private static final Duration PRIMING_LIMIT = Duration.ofSeconds(10);

  /** With SnapStart, the path that requests take is in the snapshot. */
  public OrdersHandler() {
    SharedSessions.primeBeforeSnapshot(
        () ->
            show(
                new UUID(0, 0),
                SharedSessions.manager().blocking(),
                SessionOptions.until(Deadline.after(PRIMING_LIMIT))));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    try {
      return answer(event, SharedSessions.blocking(context));
    } catch (RuntimeException error) {
      return Answers.of(error);
    }
  }

  private static APIGatewayV2HTTPResponse answer(
      APIGatewayV2HTTPEvent event, BlockingSessions sessions) {
    SessionOptions options = SessionOptions.standard(); // and the invocation's deadline
    return switch (event.getRouteKey()) {
      case "POST /orders" -> place(NewOrder.of(event), sessions, options);
      case "GET /orders/{id}" -> show(id(event), sessions, options);
      default -> Answers.problem(404, "There is no such route.");
    };
  }

  /** The order and its lines are one transaction: the answer is made after COMMIT. */
  private static APIGatewayV2HTTPResponse place(
      NewOrder order, BlockingSessions sessions, SessionOptions options) {
    UUID id = UUID.randomUUID(); // made here, so that an unknown outcome can be looked up
    try {
      return Answers.placed(
          sessions.inSession(options, session -> OrderQueries.insert(session, id, order)));
    } catch (CommitOutcomeUnknownException error) {
      return Answers.unknown(id);
    }
  }

  private static APIGatewayV2HTTPResponse show(
      UUID id, BlockingSessions sessions, SessionOptions options) {
    return sessions
        .inSession(options.readOnly(), session -> OrderQueries.find(session, id))
        .map(order -> Answers.json(200, order))
        .orElseGet(() -> Answers.problem(404, "There is no such order."));
  }

  private static UUID id(APIGatewayV2HTTPEvent event) {
    try {
      return UUID.fromString(event.getPathParameters().get("id"));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("id must be a UUID");
    }
  }
}

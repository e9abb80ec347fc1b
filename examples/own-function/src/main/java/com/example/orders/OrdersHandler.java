package com.example.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.InvocationDeadline;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Mono;

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
            SharedSessions.manager()
                .await(show(new UUID(0, 0), SessionOptions.standard()), PRIMING_LIMIT));
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    try {
      SessionOptions options = SessionOptions.until(InvocationDeadline.of(context));
      return SharedSessions.await(answer(event, options), context);
    } catch (RuntimeException error) {
      return Answers.of(error);
    }
  }

  private static Mono<APIGatewayV2HTTPResponse> answer(
      APIGatewayV2HTTPEvent event, SessionOptions options) {
    return switch (event.getRouteKey()) {
      case "POST /orders" -> place(NewOrder.of(event), options);
      case "GET /orders/{id}" -> show(id(event), options);
      default -> Mono.just(Answers.problem(404, "There is no such route."));
    };
  }

  /** The order and its lines are one transaction: the answer is made after COMMIT. */
  private static Mono<APIGatewayV2HTTPResponse> place(NewOrder order, SessionOptions options) {
    UUID id = UUID.randomUUID(); // made here, so that an unknown outcome can be looked up
    return SharedSessions.manager()
        .inSession(options, session -> OrderQueries.insert(session, id, order))
        .map(Answers::placed)
        .onErrorResume(
            CommitOutcomeUnknownException.class, error -> Mono.just(Answers.unknown(id)));
  }

  private static Mono<APIGatewayV2HTTPResponse> show(UUID id, SessionOptions options) {
    return SharedSessions.manager()
        .inSession(options.readOnly(), session -> OrderQueries.find(session, id))
        .map(order -> Answers.json(200, order))
        .defaultIfEmpty(Answers.problem(404, "There is no such order."));
  }

  private static UUID id(APIGatewayV2HTTPEvent event) {
    try {
      return UUID.fromString(event.getPathParameters().get("id"));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("id must be a UUID");
    }
  }
}

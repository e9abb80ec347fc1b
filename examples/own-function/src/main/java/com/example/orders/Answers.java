package com.example.orders;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionUnavailableException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Responses, and what becomes of errors. */
final class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Answers() {}

  static APIGatewayV2HTTPResponse placed(Order order) {
    return response(201, "application/json", order, Map.of("location", path(order.id())));
  }

  static APIGatewayV2HTTPResponse json(int status, Object body) {
    return response(status, "application/json", body, Map.of());
  }

  /** A problem as RFC 9457 describes it. */
  static APIGatewayV2HTTPResponse problem(int status, String title) {
    return problem(status, title, Map.of(), Map.of());
  }

  /** COMMIT was sent and its answer never came: placing the order again could place it twice. */
  static APIGatewayV2HTTPResponse unknown(UUID id) {
    return problem(
        500,
        "It is not known whether the order was placed: look at its location before trying again.",
        Map.of(),
        Map.of("location", path(id)));
  }

  /** What the caller is told of an error; one that this function does not expect is thrown. */
  static APIGatewayV2HTTPResponse of(RuntimeException error) {
    if (error instanceof InvalidRequestException invalid) {
      return problem(
          400, "The request is not valid.", Map.of("faults", invalid.faults()), Map.of());
    }
    if (error instanceof SessionUnavailableException) {
      LOG.warn("503: {}", error.getMessage());
      return problem(503, "The database is busy: try again.", Map.of(), Map.of("retry-after", "1"));
    }
    if (error instanceof DeadlineExceededException) {
      LOG.warn("504: {}", error.getMessage());
      return problem(504, "The request took too long; nothing of it was kept.");
    }
    throw error; // Lambda counts it as a failed invocation, and the caller gets 500
  }

  private static APIGatewayV2HTTPResponse problem(
      int status, String title, Map<String, Object> more, Map<String, String> headers) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", status);
    body.put("title", title);
    body.putAll(more);
    return response(status, "application/problem+json", body, headers);
  }

  private static APIGatewayV2HTTPResponse response(
      int status, String type, Object body, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("content-type", type);
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(all)
        .withBody(text(body))
        .build();
  }

  private static String text(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String path(UUID id) {
    return "/orders/" + id;
  }
}

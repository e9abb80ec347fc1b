package com.example.orders;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.stream.IntStream;

/** Requests as API Gateway would send them, and what is in the answers. */
final class Requests {

  static final String ORDER =
      """
      {"customer": "Grace", "lines": [
        {"sku": "TEA-100", "quantity": 2, "unitPriceCents": 450},
        {"sku": "CUP-7", "quantity": 1, "unitPriceCents": 1290}]}\
      """;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Requests() {}

  static APIGatewayV2HTTPEvent place(String body) {
    return APIGatewayV2HTTPEvent.builder().withRouteKey("POST /orders").withBody(body).build();
  }

  static APIGatewayV2HTTPEvent show(String id) {
    return APIGatewayV2HTTPEvent.builder()
        .withRouteKey("GET /orders/{id}")
        .withPathParameters(Map.of("id", id))
        .build();
  }

  /** A batch of a queue: the message's id is its place. */
  static SQSEvent messages(String... bodies) {
    SQSEvent event = new SQSEvent();
    event.setRecords(
        IntStream.range(0, bodies.length).mapToObj(i -> message(i, bodies[i])).toList());
    return event;
  }

  private static SQSMessage message(int place, String body) {
    SQSMessage message = new SQSMessage();
    message.setMessageId(Integer.toString(place));
    message.setBody(body);
    return message;
  }

  static JsonNode body(APIGatewayV2HTTPResponse answer) {
    try {
      return JSON.readTree(answer.getBody());
    } catch (JsonProcessingException e) {
      throw new AssertionError(answer.getBody(), e);
    }
  }
}

package com.example.orders;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

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

  static JsonNode body(APIGatewayV2HTTPResponse answer) {
    try {
      return JSON.readTree(answer.getBody());
    } catch (JsonProcessingException e) {
      throw new AssertionError(answer.getBody(), e);
    }
  }
}

package com.example.orders;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.example.orders.Order.Line;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An order as a caller sends it. */
public record NewOrder(String customer, List<Line> lines) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final int MAX_LINES = 100;
  private static final int MAX_QUANTITY = 10_000;

  /**
   * Reads and checks a request's body.
   *
   * @throws InvalidRequestException with every fault that was found
   */
  static NewOrder of(APIGatewayV2HTTPEvent event) {
    NewOrder order = read(event);
    List<String> faults = order.faults();
    if (!faults.isEmpty()) {
      throw new InvalidRequestException(faults);
    }
    return order;
  }

  private static NewOrder read(APIGatewayV2HTTPEvent event) {
    String body = event.getBody() == null ? "" : event.getBody();
    String text =
        event.getIsBase64Encoded()
            ? new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8)
            : body;
    try {
      NewOrder order = JSON.readValue(text, NewOrder.class);
      if (order == null) {
        throw new InvalidRequestException("the body must be an object, not null");
      }
      return order;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      throw new InvalidRequestException(
          "the body must be an order in JSON; see line %d, column %d"
              .formatted(location.getLineNr(), location.getColumnNr()));
    }
  }

  private List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (customer == null || customer.isBlank() || !customer.matches("\\P{Cntrl}{1,200}")) {
      faults.add("customer must have 1 to 200 characters, none of them a control character");
    }
    if (lines == null || lines.isEmpty() || lines.size() > MAX_LINES) {
      faults.add("lines must have 1 to " + MAX_LINES + " items");
      return faults;
    }
    for (int i = 0; i < lines.size(); i++) {
      check("lines[" + i + "]", lines.get(i), faults);
    }
    return faults;
  }

  private static void check(String where, Line line, List<String> faults) {
    if (line == null) {
      faults.add(where + " must be an object");
      return;
    }
    if (line.sku() == null || !line.sku().matches("[A-Z0-9-]{1,40}")) {
      faults.add(where + ".sku must have 1 to 40 characters of A-Z, 0-9 and -");
    }
    if (line.quantity() < 1 || line.quantity() > MAX_QUANTITY) {
      faults.add(where + ".quantity must be 1 to " + MAX_QUANTITY);
    }
    if (line.unitPriceCents() < 0) {
      faults.add(where + ".unitPriceCents must be 0 or more");
    }
  }
}

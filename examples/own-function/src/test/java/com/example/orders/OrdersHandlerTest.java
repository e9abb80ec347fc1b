package com.example.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that take no server: the settings of these tests name a port where nothing listens. */
class OrdersHandlerTest {

  private static APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
    return new OrdersHandler().handleRequest(event, new TestContext(10_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | the body must be an order in JSON; see line 1",
        "null | the body must be an object, not null",
        "{\"customer\": \"\", \"lines\": [{\"sku\": \"A\", \"quantity\": 1, \"unitPriceCents\":"
            + " 0}]} | customer must have 1 to 200 characters, none of them a control character",
        "{\"customer\": \"Grace\", \"lines\": []} | lines must have 1 to 100 items",
        "{\"customer\": \"Grace\", \"lines\": [null]} | lines[0] must be an object",
      })
  void refusesWhatIsNoOrder(String body, String fault) {
    APIGatewayV2HTTPResponse answer = answer(Requests.place(body));

    assertEquals(400, answer.getStatusCode());
    assertTrue(Requests.body(answer).at("/faults/0").asText().startsWith(fault));
  }

  @Test
  void namesEveryFaultOfALine() {
    APIGatewayV2HTTPResponse answer =
        answer(
            Requests.place(
                "{\"customer\": \"Grace\", \"lines\":"
                    + " [{\"sku\": \"tea\", \"quantity\": 0, \"unitPriceCents\": -1}]}"));

    assertEquals(3, Requests.body(answer).path("faults").size());
  }

  @ParameterizedTest
  @CsvSource({"1.5", "'\"2\"'", "null"})
  void takesNothingButAWholeNumberForAQuantity(String quantity) {
    String body = Requests.ORDER.replace("\"quantity\": 2", "\"quantity\": " + quantity);

    assertEquals(400, answer(Requests.place(body)).getStatusCode());
  }

  @Test
  void refusesAnIdThatIsNoUuid() {
    assertEquals(400, answer(Requests.show("1")).getStatusCode());
  }

  @Test
  void knowsNoOtherRoute() {
    APIGatewayV2HTTPEvent event =
        APIGatewayV2HTTPEvent.builder().withRouteKey("DELETE /orders").build();

    assertEquals(404, answer(event).getStatusCode());
  }

  @Test
  void asksToTryAgainWhereThereIsNoConnection() {
    APIGatewayV2HTTPResponse answer = answer(Requests.place(Requests.ORDER));

    assertEquals(503, answer.getStatusCode());
    assertEquals("1", answer.getHeaders().get("retry-after"));
    assertTrue(Requests.body(answer).path("title").asText().contains("try again"));
  }
}

package com.example.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.SharedSessions;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import reactor.core.publisher.Mono;

/** The handlers against the server that the environment names. */
@EnabledIfEnvironmentVariable(named = "POSTGRES_HOST", matches = ".+")
class OrdersIT {

  private static final TestContext CONTEXT = new TestContext(10_000);

  private final OrdersHandler handler = new OrdersHandler();

  @BeforeAll
  static void createTables() {
    assertEquals(
        Map.of("complete", true), new CreateTablesHandler().handleRequest(Map.of(), CONTEXT));
  }

  @Test
  void showsAnOrderThatWasPlaced() {
    JsonNode placed = Requests.body(handler.handleRequest(Requests.place(Requests.ORDER), CONTEXT));
    String id = placed.path("id").asText();

    APIGatewayV2HTTPResponse shown = handler.handleRequest(Requests.show(id), CONTEXT);

    assertEquals(200, shown.getStatusCode());
    assertEquals(placed, Requests.body(shown));
    assertEquals("CUP-7", placed.at("/lines/1/sku").asText());
  }

  @Test
  void knowsNoOrderThatWasNotPlaced() {
    String id = UUID.randomUUID().toString();

    assertEquals(404, handler.handleRequest(Requests.show(id), CONTEXT).getStatusCode());
  }

  @Test
  void answersThatItTookTooLong() {
    SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofMillis(300)));
    Mono<Long> slow =
        SharedSessions.manager()
            .inSession(options, session -> session.execute("SELECT pg_sleep(10)"));

    DeadlineExceededException error = assertThrows(DeadlineExceededException.class, slow::block);

    assertEquals(504, Answers.of(error).getStatusCode());
  }
}

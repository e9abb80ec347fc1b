package com.example.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.lambda.SharedSessions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The handlers against the server that the environment names. */
@EnabledIfEnvironmentVariable(named = "POSTGRES_HOST", matches = ".+")
class OrdersIT {

  private static final TestContext CONTEXT = new TestContext(60_000);

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
    BlockingSessions sessions = SharedSessions.blocking(CONTEXT);
    SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofMillis(300)));

    DeadlineExceededException error =
        assertThrows(
            DeadlineExceededException.class,
            () ->
                sessions.useSession(options, session -> session.execute("SELECT pg_sleep(10)")));

    assertEquals(504, Answers.of(error).getStatusCode());
  }

  @Test
  void shipsOrdersAndLeavesOtherMessagesInTheQueue() {
    String id =
        Requests.body(handler.handleRequest(Requests.place(Requests.ORDER), CONTEXT))
            .path("id")
            .asText();
    SQSEvent event = Requests.messages(id, "no id", new UUID(0, 0).toString());

    SQSBatchResponse answer = new ShipOrdersHandler().handleRequest(event, CONTEXT);

    assertEquals(
        List.of("1", "2"),
        answer.getBatchItemFailures().stream()
            .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
            .toList());
  }

  @Test
  void deletesOrdersThatWereShippedLongAgo() {
    SharedSessions.blocking(CONTEXT)
        .useSession(
            SessionOptions.standard(),
            session ->
                session.execute(
                    "INSERT INTO orders (id, customer, shipped_at)"
                        + " VALUES ($1, 'Ada', now() - interval '91 days')",
                    UUID.randomUUID()));

    assertEquals(1, new PurgeOrdersHandler().handleRequest(new ScheduledEvent(), CONTEXT));
    assertEquals(0, new PurgeOrdersHandler().handleRequest(new ScheduledEvent(), CONTEXT));
  }
}

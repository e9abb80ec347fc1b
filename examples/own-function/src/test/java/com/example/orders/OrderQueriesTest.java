package com.example.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.orders.Order.Line;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is sent and what becomes of rows, without a server. */
class OrderQueriesTest {

  private static final UUID ID = UUID.fromString("7c9e6679-7425-40de-944b-e07fc1f90ae7");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Line TEA = new Line("TEA-100", 2, 450);
  private static final Line CUP = new Line("CUP-7", 1, 1290);

  private static FakeRow row(Line line) {
    return new FakeRow(
        Map.of(
            "id",
            ID,
            "customer",
            "Grace",
            "placed_at",
            NOW,
            "sku",
            line.sku(),
            "quantity",
            line.quantity(),
            "unit_price_cents",
            line.unitPriceCents()));
  }

  @Test
  void insertsAnOrderWithItsLines() {
    FakeSession session = new FakeSession(new FakeRow(Map.of("placed_at", NOW)));

    Order placed = OrderQueries.insert(session, ID, new NewOrder("Grace", List.of(TEA, CUP)));

    assertEquals(new Order(ID, "Grace", NOW.toString(), List.of(TEA, CUP)), placed);
    assertEquals(List.of(ID, "Grace"), session.sent().get(0).values());
    assertEquals(List.of(ID, 1, "TEA-100", 2, 450L), session.sent().get(1).values());
    assertEquals(List.of(ID, 2, "CUP-7", 1, 1290L), session.sent().get(2).values());
  }

  @Test
  void joinsTheLinesOfAnOrder() {
    FakeSession session = new FakeSession(row(TEA), row(CUP));

    assertEquals(
        Optional.of(new Order(ID, "Grace", NOW.toString(), List.of(TEA, CUP))),
        OrderQueries.find(session, ID));
  }

  @Test
  void findsNothingWhereThereAreNoRows() {
    assertEquals(Optional.empty(), OrderQueries.find(new FakeSession(), ID));
  }
}

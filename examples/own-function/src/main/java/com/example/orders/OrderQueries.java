package com.example.orders;

import com.example.orders.Order.Line;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The statements. Tables are found in the session's schema, which {@code POSTGRES_SCHEMA} names.
 */
final class OrderQueries {

  private static final String INSERT_ORDER =
      "INSERT INTO orders (id, customer) VALUES ($1, $2) RETURNING placed_at";

  /** All lines in one statement, hence in one round trip. */
  private static final String INSERT_LINES =
      "INSERT INTO order_lines (order_id, position, sku, quantity, unit_price_cents)"
          + " SELECT $1, position, sku, quantity, price"
          + " FROM unnest($2::text[], $3::int[], $4::bigint[])"
          + " WITH ORDINALITY AS line (sku, quantity, price, position)";

  private static final String FIND =
      "SELECT id, customer, placed_at, sku, quantity, unit_price_cents"
          + " FROM orders JOIN order_lines ON order_id = id WHERE id = $1 ORDER BY position";

  private OrderQueries() {}

  static Mono<Order> insert(Session session, UUID id, NewOrder order) {
    List<Line> lines = order.lines();
    return session
        .query(INSERT_ORDER, OrderQueries::placedAt, id, order.customer())
        .single()
        .flatMap(
            placedAt ->
                session
                    .execute(
                        INSERT_LINES,
                        id,
                        column(lines, Line::sku, new String[0]),
                        column(lines, Line::quantity, new Integer[0]),
                        column(lines, Line::unitPriceCents, new Long[0]))
                    .thenReturn(new Order(id, order.customer(), placedAt, lines)));
  }

  private static <T> T[] column(List<Line> lines, Function<Line, T> value, T[] type) {
    return lines.stream().map(value).toList().toArray(type);
  }

  /** Empty where there is no such order. */
  static Mono<Order> find(Session session, UUID id) {
    return session
        .query(FIND, OrderQueries::withOneLine, id)
        .collectList()
        .filter(rows -> !rows.isEmpty())
        .map(OrderQueries::joined);
  }

  private static Order withOneLine(Row row) {
    Line line =
        new Line(
            row.get("sku", String.class),
            row.get("quantity", Integer.class),
            row.get("unit_price_cents", Long.class));
    return new Order(
        row.get("id", UUID.class), row.get("customer", String.class), placedAt(row), List.of(line));
  }

  private static Order joined(List<Order> rows) {
    Order first = rows.get(0);
    List<Line> lines = rows.stream().flatMap(row -> row.lines().stream()).toList();
    return new Order(first.id(), first.customer(), first.placedAt(), lines);
  }

  private static String placedAt(Row row) {
    return row.get("placed_at", Instant.class).toString();
  }
}

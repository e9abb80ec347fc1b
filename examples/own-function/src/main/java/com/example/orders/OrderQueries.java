package com.example.orders;

import com.example.orders.Order.Line;
import dev.warmpool.session.blocking.BlockingSession;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The statements. Tables are found in the session's schema, which {@code POSTGRES_SCHEMA} names.
 */
final class OrderQueries {

  private static final String INSERT_ORDER =
      "INSERT INTO orders (id, customer) VALUES ($1, $2) RETURNING placed_at";

  private static final String INSERT_LINE =
      "INSERT INTO order_lines (order_id, position, sku, quantity, unit_price_cents)"
          + " VALUES ($1, $2, $3, $4, $5)";

  private static final String FIND =
      "SELECT id, customer, placed_at, sku, quantity, unit_price_cents"
          + " FROM orders JOIN order_lines ON order_id = id WHERE id = $1 ORDER BY position";

  private static final String SHIP =
      "UPDATE orders SET shipped_at = coalesce(shipped_at, now()) WHERE id = $1";

  private static final String PURGE =
      "DELETE FROM orders WHERE shipped_at < now() - $1::interval";

  private OrderQueries() {}

  /** Two statements, and one round trip for all lines. */
  static Order insert(BlockingSession session, UUID id, NewOrder order) {
    String placedAt =
        session.query(INSERT_ORDER, OrderQueries::placedAt, id, order.customer()).one();
    session.batch(INSERT_LINE, rows(id, order.lines()));
    return new Order(id, order.customer(), placedAt, order.lines());
  }

  private static List<Object[]> rows(UUID id, List<Line> lines) {
    return IntStream.range(0, lines.size()).mapToObj(i -> row(id, i + 1, lines.get(i))).toList();
  }

  private static Object[] row(UUID id, int position, Line line) {
    return new Object[] {id, position, line.sku(), line.quantity(), line.unitPriceCents()};
  }

  static Optional<Order> find(BlockingSession session, UUID id) {
    List<Order> rows = session.query(FIND, OrderQueries::withOneLine, id).list();
    return rows.isEmpty() ? Optional.empty() : Optional.of(joined(rows));
  }

  /**
   * Marks an order as shipped. A second time does no harm.
   *
   * @return whether there is such an order
   */
  static boolean ship(BlockingSession session, UUID id) {
    return session.execute(SHIP, id) == 1;
  }

  /**
   * Deletes orders that were shipped longer ago.
   *
   * @param age in ISO 8601, such as {@code P90D}
   * @return how many
   */
  static long purge(BlockingSession session, String age) {
    return session.execute(PURGE, age);
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

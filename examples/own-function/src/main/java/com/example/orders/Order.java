package com.example.orders;

import java.util.List;
import java.util.UUID;

/**
 * An order as it is stored and shown.
 *
 * @param placedAt the database's time, in ISO 8601
 */
public record Order(UUID id, String customer, String placedAt, List<Line> lines) {

  /**
   * One article of an order.
   *
   * @param unitPriceCents the price of one piece when the order was placed
   */
  public record Line(String sku, int quantity, long unitPriceCents) {}
}

package dev.warmpool.session.guide;

import dev.warmpool.session.RecordMapper;
import java.time.Instant;

public record Order(long id, String customer, String item, int quantity, Instant placedAt) {

  static final RecordMapper<Order> ROW = RecordMapper.of(Order.class);
}

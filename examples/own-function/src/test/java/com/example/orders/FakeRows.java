package com.example.orders;

import dev.warmpool.session.blocking.RowCountException;
import dev.warmpool.session.blocking.Rows;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Rows of a query that is sent when they are asked for. */
record FakeRows<T>(Supplier<List<T>> query) implements Rows<T> {

  @Override
  public T one() {
    return optional().orElseThrow(() -> new RowCountException("no row", 0));
  }

  @Override
  public Optional<T> optional() {
    List<T> all = list();
    if (all.size() > 1) {
      throw new RowCountException("more than one row", 2);
    }
    return all.stream().findFirst();
  }

  @Override
  public List<T> list() {
    return query.get();
  }

  @Override
  public Stream<T> stream() {
    return list().stream();
  }
}

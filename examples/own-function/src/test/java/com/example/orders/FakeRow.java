package com.example.orders;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.Map;

/** A row of named columns. */
record FakeRow(Map<String, Object> columns) implements Row {

  @Override
  public <T> T get(String name, Class<T> type) {
    if (!columns.containsKey(name)) {
      throw new IllegalArgumentException("no column " + name);
    }
    return type.cast(columns.get(name));
  }

  @Override
  public <T> T get(int index, Class<T> type) {
    throw new UnsupportedOperationException("by name only");
  }

  @Override
  public RowMetadata getMetadata() {
    throw new UnsupportedOperationException("by name only");
  }
}

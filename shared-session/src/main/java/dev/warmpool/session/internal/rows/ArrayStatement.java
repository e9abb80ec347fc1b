package dev.warmpool.session.internal.rows;

import dev.warmpool.session.internal.rows.BatchRows.Row;
import dev.warmpool.session.internal.sql.InsertRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A statement that inserts many rows from arrays, one for each parameter. The driver takes some
 * microseconds for each value that it binds, the server some for each that it parses. Immutable.
 *
 * @param sql its text, the same for any number of rows
 * @param arrays the values to bind
 */
public record ArrayStatement(String sql, List<String> arrays) {

  /** The statement; empty if the text or the types of the values do not allow arrays. */
  public static Optional<ArrayStatement> of(InsertRows insert, List<Row> rows) {
    if (!insert.takesArrays()) {
      return Optional.empty();
    }
    List<ValueArray> values = new ArrayList<>();
    for (int index = 0; index < insert.parameters(); index++) {
      Optional<ValueArray> array = ValueArray.of(rows, index);
      if (array.isEmpty()) {
        return Optional.empty();
      }
      values.add(array.get());
    }
    return Optional.of(
        new ArrayStatement(
            insert.ofArrays(values.stream().map(ValueArray::elements).toList()),
            values.stream().map(ValueArray::text).toList()));
  }
}

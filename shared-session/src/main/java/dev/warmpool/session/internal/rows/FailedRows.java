package dev.warmpool.session.internal.rows;

import dev.warmpool.session.internal.postgres.RefusedRows.Traits;
import dev.warmpool.session.internal.rows.BatchRows.Row;
import dev.warmpool.session.internal.sql.InsertRows;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one statement that may be the refused one: those that fit what the server's error
 * tells, else all. Looking for them costs nothing unless the statement fails. Immutable.
 *
 * @param first the number of the first one
 * @param last the number of the last one
 */
public record FailedRows(long first, long last) {

  /**
   * Finds them.
   *
   * @param insert the text, if it was written for many rows
   * @param rows of the statement, at least one
   * @param traits of the refused row
   */
  public static FailedRows among(@Nullable InsertRows insert, List<Row> rows, Traits traits) {
    FailedRows all = range(rows);
    if (insert == null || rows.size() == 1) {
      return all;
    }
    int row = insert.rowAt(rows.size(), traits.position());
    if (row >= 0) {
      return range(List.of(rows.get(row)));
    }
    List<Row> fitting = rows.stream().filter(fits(insert, traits)).toList();
    if (fitting.isEmpty()) {
      return all;
    }
    return traits.column() == null ? range(fitting) : range(fitting.subList(0, 1));
  }

  private static FailedRows range(List<Row> rows) {
    return new FailedRows(rows.get(0).number(), rows.get(rows.size() - 1).number());
  }

  /** The server checks for nulls row by row, so that the first one is the refused one. */
  private static Predicate<Row> fits(InsertRows insert, Traits traits) {
    String column = traits.column();
    if (column != null) {
      int index = insert.parameterOf(column);
      return row -> index >= 0 && row.values()[index] == null;
    }
    List<Integer> key = traits.keyColumns().stream().map(insert::parameterOf).toList();
    if (key.isEmpty() || key.contains(-1)) {
      return row -> false;
    }
    return row ->
        key.stream()
            .map(index -> Objects.toString(row.values()[index]))
            .collect(Collectors.joining(", "))
            .equals(traits.keyValues());
  }
}

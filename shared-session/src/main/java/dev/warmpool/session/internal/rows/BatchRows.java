package dev.warmpool.session.internal.rows;

import dev.warmpool.session.internal.sql.InsertRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Divides the rows of one batch into statements. Confined to one subscription. */
public final class BatchRows {

  /** More gain little, and a statement of more rows is longer in memory on both sides. */
  private static final int MOST_ROWS = 1_024;

  private final List<Integer> keys;
  private final int parameters;
  private final int most;
  private final Set<List<@Nullable Object>> seen = new HashSet<>();
  private long numbered;
  private int inStatement;
  private int length = -1;

  public BatchRows(@Nullable InsertRows insert, int characters) {
    this.keys = insert == null ? List.of() : insert.keys();
    this.parameters = insert == null ? -1 : insert.parameters();
    this.most = insert == null ? 1 : Math.min(MOST_ROWS, insert.most(65_535, characters));
  }

  /**
   * A row of values.
   *
   * @param number from 1
   */
  public record Row(long number, @Nullable Object[] values) {}

  /**
   * The next row.
   *
   * @throws IllegalArgumentException if it has another number of values than those before
   */
  public Row numbered(@Nullable Object[] values) {
    numbered++;
    if (parameters >= 0 && values.length != parameters) {
      throw new IllegalArgumentException(
          "row "
              + numbered
              + " of the batch has "
              + values(values.length)
              + " for a text with "
              + (parameters == 1 ? "1 parameter" : parameters + " parameters"));
    }
    if (length >= 0 && values.length != length) {
      throw new IllegalArgumentException(
          "row "
              + numbered
              + " of the batch has "
              + values(values.length)
              + ", those before it have "
              + length);
    }
    length = values.length;
    return new Row(numbered, values.clone());
  }

  /** The failure of a value of the row, which tells the row. */
  public static IllegalArgumentException refused(Row row, IllegalArgumentException error) {
    return new IllegalArgumentException(
        "row " + row.number() + " of the batch: " + error.getMessage(), error);
  }

  private static String values(int number) {
    return number == 1 ? "1 value" : number + " values";
  }

  /** Whether the row begins another statement than the row before. */
  public boolean begins(Row row) {
    boolean begins = inStatement == most || !keys.isEmpty() && !seen.add(key(row));
    if (begins) {
      inStatement = 0;
      seen.clear();
      if (!keys.isEmpty()) {
        seen.add(key(row));
      }
    }
    inStatement++;
    return begins;
  }

  private List<@Nullable Object> key(Row row) {
    List<@Nullable Object> key = new ArrayList<>(keys.size());
    for (int index : keys) {
      key.add(KeyValues.comparable(row.values()[index]));
    }
    return key;
  }
}

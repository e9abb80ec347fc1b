package dev.warmpool.session.internal.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * An {@code INSERT} of one row of values, whose text can be written for many rows. One statement of
 * many rows does the same as one statement for each row if no expression sees what the rows before
 * have done: {@link InsertParser} finds texts of which that is known. Immutable.
 */
public final class InsertRows {

  /** The protocol counts the values of a statement in 16 bits. */
  private static final int MOST_VALUES = 65_535;

  /** The server's functions take a hundred arguments. */
  private static final int MOST_ARRAYS = 100;

  /** Names the arrays, and with a number their elements; no text has it that is sent with them. */
  private static final String ARRAYS = "batch_rows";

  private final String sql;
  private final String beforeValues;
  private final boolean plain;
  private final String row;
  private final int behindRow;
  private final List<Integer> ends;
  private final List<Slot> slots;
  private final int parameters;
  private final List<Integer> keys;
  private final Map<String, Integer> byColumn;

  /**
   * A parameter in the text of the row.
   *
   * @param start the index of its first character in the row
   * @param end the index behind its last character
   * @param number from 1
   */
  record Slot(int start, int end, int number) {}

  /**
   * How the values of a parameter are sent as one array.
   *
   * @param type of the array's elements
   * @param before what stands in front of an element to make the value of it
   * @param behind what stands behind it
   */
  public record Elements(String type, String before, String behind) {}

  InsertRows(InsertParser.Parts parts) {
    this.sql = parts.sql();
    this.beforeValues = parts.sql().substring(0, parts.keyword());
    this.plain = parts.plain() && !namesArrays(parts.sql().toLowerCase(Locale.ROOT));
    this.row = parts.sql().substring(parts.rowStart(), parts.rowEnd());
    this.behindRow = parts.rowEnd();
    this.ends = List.copyOf(parts.ends());
    this.slots = new ArrayList<>(parts.slots());
    this.parameters = parts.parameters();
    this.keys = List.copyOf(parts.keys());
    this.byColumn = Map.copyOf(parts.byColumn());
  }

  /** Whether the text may have a name of the arrays, which escapes can hide. */
  private static boolean namesArrays(String text) {
    return text.contains(ARRAYS) || text.contains("u&\"");
  }

  /** Reads the text; null if one row after another has to be sent, as far as is known. */
  public static @Nullable InsertRows of(String sql) {
    InsertParser.Parts parts = new InsertParser(sql).parts();
    return parts == null ? null : new InsertRows(parts);
  }

  /** How many values a row has. */
  public int parameters() {
    return parameters;
  }

  /**
   * The indices, from 0, of the values that tell which row of the table is updated; two rows with
   * equal ones do not fit into one statement. Empty if no row is updated.
   */
  public List<Integer> keys() {
    return keys;
  }

  /**
   * The most rows that fit into one statement.
   *
   * @param values the most values that it may have
   * @param characters the most characters that its text may have
   */
  public int most(int values, int characters) {
    int each = row.length() + 1 + slots.size() * Integer.toString(MOST_VALUES).length();
    int byLength = Math.max(1, (characters - sql.length()) / each + 1);
    return Math.min(byLength, Math.max(1, Math.min(values, MOST_VALUES) / parameters));
  }

  /** The index, from 0, of the value that is all that a column gets; -1 if it is not known. */
  public int parameterOf(String column) {
    return byColumn.getOrDefault(column, -1);
  }

  /**
   * The index, from 0, of the row to which a parameter belongs.
   *
   * @param rows how many rows the text was written for
   * @param position of the parameter in that text, from 1
   * @return -1 if no parameter stands there
   */
  public int rowAt(int rows, int position) {
    String text = position > 0 ? text(rows) : "";
    if (position < 1 || position >= text.length() || text.charAt(position - 1) != '$') {
      return -1;
    }
    int end = position;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end == position
        ? -1
        : (Integer.parseInt(text.substring(position, end)) - 1) / parameters;
  }

  /** The text for this many rows, whose values follow one another. */
  public String text(int rows) {
    if (rows == 1) {
      return sql;
    }
    StringBuilder text = new StringBuilder(sql.length() + rows * (row.length() + 5 * slots.size()));
    text.append(sql, 0, behindRow);
    for (int number = 1; number < rows; number++) {
      append(text.append(','), number * parameters);
    }
    return text.append(sql, behindRow, sql.length()).toString();
  }

  /** Whether the rows may be sent as arrays, one for each parameter. */
  public boolean takesArrays() {
    return plain && parameters <= MOST_ARRAYS;
  }

  /** The text for any number of rows that are sent as arrays, one for each parameter. */
  public String ofArrays(List<Elements> parameters) {
    StringBuilder text = new StringBuilder(beforeValues).append("SELECT ");
    int start = 1; // behind the parenthesis
    for (int end : ends) {
      appendValue(text.append(start == 1 ? "(" : ",("), start, end, parameters);
      text.append(')');
      start = end + 1;
    }
    text.append(" FROM ").append(unnested(parameters));
    return text.append(sql, behindRow, sql.length()).toString();
  }

  /** Parentheses around it refuse what SELECT takes and VALUES does not: an alias, DISTINCT. */
  private void appendValue(StringBuilder text, int start, int end, List<Elements> parameters) {
    int from = start;
    for (Slot slot : slots) {
      if (slot.start() >= start && slot.end() <= end) {
        Elements elements = parameters.get(slot.number() - 1);
        text.append(row, from, slot.start()).append(elements.before());
        text.append(column(slot.number())).append(elements.behind());
        from = slot.end();
      }
    }
    text.append(row, from, end);
  }

  /** Only without its schema, unnest takes several arrays; with one, a schema may have its own. */
  private static String unnested(List<Elements> parameters) {
    StringJoiner arrays = new StringJoiner(",");
    StringJoiner names = new StringJoiner(",");
    for (int i = 1; i <= parameters.size(); i++) {
      arrays.add("$" + i + "::" + parameters.get(i - 1).type() + "[]");
      names.add(column(i));
    }
    String function = parameters.size() == 1 ? "pg_catalog.unnest(" : "unnest(";
    return function + arrays + ") AS " + ARRAYS + "(" + names + ")";
  }

  private static String column(int number) {
    return ARRAYS + "_" + number;
  }

  private void append(StringBuilder text, int before) {
    int from = 0;
    for (Slot slot : slots) {
      text.append(row, from, slot.start()).append('$').append(before + slot.number());
      from = slot.end();
    }
    text.append(row, from, row.length());
  }
}

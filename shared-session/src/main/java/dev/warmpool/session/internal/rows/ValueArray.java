package dev.warmpool.session.internal.rows;

import dev.warmpool.session.internal.rows.BatchRows.Row;
import dev.warmpool.session.internal.sql.InsertRows.Elements;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The values of one parameter in many rows as an array, which the driver encodes once instead of
 * value by value. The server gets values of the same types as without it. Immutable.
 *
 * @param elements how the statement's text makes the values of it
 * @param text the array as the server reads it
 */
record ValueArray(Elements elements, String text) {

  private static final String TEXT = "varchar";

  /** The types that the driver gives to the values of these classes. */
  private static final Map<Class<?>, String> TYPES =
      Map.ofEntries(
          Map.entry(Short.class, "int2"),
          Map.entry(Integer.class, "int4"),
          Map.entry(Long.class, "int8"),
          Map.entry(Float.class, "float4"),
          Map.entry(Double.class, "float8"),
          Map.entry(BigDecimal.class, "numeric"),
          Map.entry(Boolean.class, "bool"),
          Map.entry(String.class, TEXT),
          Map.entry(UUID.class, "uuid"),
          Map.entry(LocalDate.class, "date"),
          Map.entry(LocalDateTime.class, "timestamp"),
          Map.entry(OffsetDateTime.class, "timestamptz"),
          Map.entry(Instant.class, "timestamptz"));

  /** Java writes the years outside in a form that the server does not read. */
  private static final int LAST_YEAR = 9_999;

  private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * The values of the parameter; empty unless all that are not null have one class, known here.
   *
   * @param index of the parameter, from 0
   */
  static Optional<ValueArray> of(List<Row> rows, int index) {
    boolean nulls = false;
    Class<?> found = null;
    for (Row row : rows) {
      Object value = row.values()[index];
      if (value == null) {
        nulls = true;
      } else if (found == null || found == value.getClass()) {
        found = value.getClass();
        if (!hasTextOfServer(value)) {
          return Optional.empty();
        }
      } else {
        return Optional.empty();
      }
    }
    String type = found == null ? null : TYPES.get(found);
    return type == null
        ? Optional.empty()
        : Optional.of(nulls ? withNulls(type, rows, index) : withoutNulls(type, rows, index));
  }

  private static boolean hasTextOfServer(Object value) {
    if (value instanceof LocalDate date) {
      return isInEra(date.getYear());
    }
    if (value instanceof LocalDateTime time) {
      return isInEra(time.getYear());
    }
    if (value instanceof OffsetDateTime time) {
      return isInEra(time.getYear());
    }
    return !(value instanceof Instant moment) || moment.isAfter(FIRST) && moment.isBefore(LAST);
  }

  private static boolean isInEra(int year) {
    return year > 0 && year <= LAST_YEAR;
  }

  private static ValueArray withoutNulls(String type, List<Row> rows, int index) {
    boolean quoted = type.equals(TEXT);
    String text =
        rows.stream()
            .map(row -> String.valueOf(row.values()[index]))
            .map(value -> quoted ? quoted("", value) : value)
            .collect(Collectors.joining(",", "{", "}"));
    return new ValueArray(new Elements("pg_catalog." + type, "", ""), text);
  }

  /**
   * The setting {@code array_nulls} decides what NULL means in an array, so that an empty text
   * stands for it here, and a mark is in front of a text that is a value. The elements are of the
   * type text because nullif takes the operator that fits best: the server's own only for this
   * type.
   */
  private static ValueArray withNulls(String type, List<Row> rows, int index) {
    boolean marked = type.equals(TEXT);
    String text =
        rows.stream()
            .map(row -> row.values()[index])
            .map(value -> value == null ? "\"\"" : quoted(marked ? "." : "", value.toString()))
            .collect(Collectors.joining(",", "{", "}"));
    String before = marked ? "CAST(pg_catalog.substr(nullif(" : "CAST(nullif(";
    String behind = marked ? ",''),2) AS pg_catalog." : ",'') AS pg_catalog.";
    return new ValueArray(new Elements("pg_catalog.text", before, behind + type + ")"), text);
  }

  private static String quoted(String mark, String value) {
    String escaped =
        value.indexOf('"') < 0 && value.indexOf('\\') < 0
            ? value
            : value.replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + mark + escaped + '"';
  }
}

package dev.warmpool.session.internal.values;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameter;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values that are not bound, by type, and the way out. */
final class RefusedValues {

  /**
   * The driver takes arrays of these, and corrupts them: it writes the elements without quotes, so
   * that a comma or a backslash in one is read as the array's, and binds characters as {@code
   * "char"[]}, whose elements have one byte. It casts an {@code Object[]} to {@code String[]}.
   */
  private static final Set<Class<?>> NOT_IN_ARRAYS =
      Set.of(Object.class, byte.class, ByteBuffer.class, Character.class, URI.class, URL.class);

  private RefusedValues() {}

  private static @Nullable Object value(@Nullable Object bound) {
    return bound instanceof Parameter parameter ? parameter.getValue() : bound;
  }

  /** Refuses a value that can be read only once, since a statement may be sent again. */
  static void refuseOneShot(Object place, @Nullable Object bound) {
    Object value = value(bound);
    if (value instanceof Blob || value instanceof Clob || value instanceof InputStream) {
      throw new IllegalArgumentException(
          BoundValues.position(place)
              + (value instanceof InputStream ? " is an InputStream" : " is a Blob or Clob")
              + ", which can be read only once, so that its statement could not be sent again: bind"
              + " a byte array, a ByteBuffer or a String");
    }
  }

  /** Refuses a value that the driver would take and misread, or fail on without a message. */
  static void refuseMisread(Object place, Object bound) {
    Object value = value(bound);
    if (value != null && !(value instanceof byte[]) && isMisread(value)) {
      throw notTaken(place, bound);
    }
  }

  private static boolean isMisread(Object value) {
    if (value.getClass().isArray()) {
      return NOT_IN_ARRAYS.contains(element(value.getClass()))
          || (value instanceof Object[] array && hasDateOrTime(array));
    }
    return isDateOrTime(value) || value instanceof DayOfWeek || value instanceof Month;
  }

  private static Class<?> element(Class<?> array) {
    Class<?> type = array;
    while (type.isArray()) {
      type = type.getComponentType();
    }
    return type;
  }

  private static boolean hasDateOrTime(Object[] array) {
    return element(array.getClass()) == Date.class
        && Stream.of(array)
            .anyMatch(
                item ->
                    item instanceof Object[] nested ? hasDateOrTime(nested) : isDateOrTime(item));
  }

  /** Whether the value is a Date that is no moment; the driver asks each for its instant. */
  private static boolean isDateOrTime(@Nullable Object value) {
    // java.sql is loaded only if a Date is bound
    return value instanceof Date
        && (value instanceof java.sql.Date || value instanceof java.sql.Time);
  }

  /** The failure of a value whose type is not bound. */
  static IllegalArgumentException notTaken(Object place, Object bound) {
    Object value = value(bound);
    String type = value == null ? "NULL" : value.getClass().getTypeName();
    String remedy = value == null ? null : remedy(value);
    return new IllegalArgumentException(
        BoundValues.position(place)
            + " is of type "
            + type
            + ", which cannot be bound: "
            + (remedy == null ? "docs/values.md lists the types" : remedy));
  }

  private static @Nullable String remedy(Object value) {
    if (value.getClass().isArray()) {
      return arrayRemedy(element(value.getClass()));
    }
    if (value instanceof Enum<?>) {
      boolean numbered = value instanceof DayOfWeek || value instanceof Month;
      return "bind its "
          + (numbered ? "getValue(), or its " : "")
          + "name() and write $n::the_type";
    }
    if (value instanceof Iterable<?>) {
      return "bind an array, as by toArray(String[]::new)";
    }
    if (value instanceof Optional<?>) {
      return "bind its orElse(null)";
    }
    if (value instanceof Duration) {
      return "bind its toString() and write $n::interval";
    }
    if (isDateOrTime(value)) {
      return value instanceof java.sql.Date ? "bind its toLocalDate()" : "bind its toLocalTime()";
    }
    return value instanceof Map<?, ?> || value instanceof Record
        ? "bind its JSON as a String and write $n::jsonb, or its parts one by one"
        : null;
  }

  private static String arrayRemedy(Class<?> element) {
    if (element == byte.class || element == ByteBuffer.class) {
      return "bind a String[] of hex, such as \\x0aff, and write $n::bytea[]";
    }
    if (element == char.class || (element != Object.class && NOT_IN_ARRAYS.contains(element))) {
      return "bind a String[]";
    }
    if (Enum.class.isAssignableFrom(element)) {
      return "bind a String[] of their name() and write $n::the_type[]";
    }
    return Date.class.isAssignableFrom(element)
        ? "bind an array of java.time, such as LocalDate[]"
        : "bind an array of objects, such as Integer[] or String[]";
  }
}

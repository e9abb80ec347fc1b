package dev.warmpool.session.internal.run;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Binds values. Where the driver refuses one, its message quotes the value or names no position;
 * these name the position and the type, and the way out.
 */
final class BoundValues {

  /** The protocol counts the values of a statement in 16 bits. */
  private static final int MOST = 65_535;

  private BoundValues() {}

  /**
   * Binds these values in order.
   *
   * @throws IllegalArgumentException if there are too many, or one that can be read only once
   */
  static Consumer<Statement> inOrder(String sql, @Nullable Object[] values) {
    if (values.length > MOST) {
      throw new IllegalArgumentException(
          values.length
              + " values: PostgreSQL takes at most "
              + MOST
              + " in one statement; bind arrays and read them by unnest($1)");
    }
    for (int i = 0; i < values.length; i++) {
      refuseOneShot(position(i), values[i]);
    }
    return statement -> {
      try {
        for (int i = 0; i < values.length; i++) {
          bind(statement, i, values[i]);
        }
      } catch (IndexOutOfBoundsException tooMany) {
        throw new IllegalArgumentException(
            (values.length == 1 ? "1 value" : values.length + " values")
                + " for a text with "
                + SqlParameters.of(sql).described());
      }
    };
  }

  private static void bind(Statement statement, int index, @Nullable Object value) {
    if (value == null) {
      bindNull(statement, index, Object.class);
      return;
    }
    refuseUntyped(position(index), value);
    try {
      statement.bind(index, value);
    } catch (IllegalArgumentException refused) {
      throw notTaken(position(index), value);
    }
  }

  /** An {@code Object[]}, which the driver takes and later casts to {@code String[]}. */
  private static void refuseUntyped(String position, Object value) {
    Class<?> type = value.getClass();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    if (type == Object.class && value.getClass().isArray()) {
      throw notTaken(position, value);
    }
  }

  private static void bindNull(Statement statement, int index, Class<?> type) {
    try {
      statement.bindNull(index, type);
    } catch (UnsupportedOperationException beyond) {
      throw new IndexOutOfBoundsException(position(index));
    }
  }

  /** One value of a statement that R2DBC's callers make, at an index or a name. */
  static Consumer<Statement> at(String sql, Object place, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(position(place) + " is null: use bindNull");
    }
    refuseOneShot(position(place), value);
    return placed(
        sql,
        place,
        statement -> {
          refuseUntyped(position(place), value);
          try {
            if (place instanceof Integer index) {
              statement.bind(index, value);
            } else {
              statement.bind(String.valueOf(place), value);
            }
          } catch (IllegalArgumentException refused) {
            throw notTaken(position(place), value);
          }
        });
  }

  /** A NULL of this type, likewise. */
  static Consumer<Statement> nullAt(String sql, Object place, Class<?> type) {
    return placed(
        sql,
        place,
        statement -> {
          try {
            if (place instanceof Integer index) {
              bindNull(statement, index, type);
            } else {
              statement.bindNull(String.valueOf(place), type);
            }
          } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                position(place)
                    + " is a NULL of type "
                    + type.getTypeName()
                    + ", which cannot be bound: bind a NULL of type Object");
          }
        });
  }

  private static Consumer<Statement> placed(String sql, Object place, Consumer<Statement> call) {
    return statement -> {
      try {
        call.accept(statement);
      } catch (IndexOutOfBoundsException | UnsupportedOperationException beyond) {
        throw new IndexOutOfBoundsException(
            position(place) + " of a text with " + SqlParameters.of(sql).described());
      } catch (NoSuchElementException unknown) {
        throw new NoSuchElementException(
            "no parameter is called '" + place + "': its name is $1, $2, …, its index from 0");
      }
    };
  }

  /** Creates the driver's statement, and says why it does not take the text. */
  static Statement statement(Connection connection, String sql) {
    try {
      return connection.createStatement(sql);
    } catch (IllegalArgumentException refused) {
      String fault = SqlParameters.of(sql).fault();
      throw fault == null ? refused : new IllegalArgumentException(fault);
    }
  }

  /** Executes the statement; fails if values are missing. */
  static Publisher<? extends Result> execute(Statement statement, String sql) {
    try {
      return statement.execute();
    } catch (IllegalStateException missing) {
      throw missing(sql);
    }
  }

  /** The failure of a statement that has values for some of its parameters. */
  static IllegalStateException missing(String sql) {
    return new IllegalStateException(
        "values are missing: the text has " + SqlParameters.of(sql).described());
  }

  /** Refuses a value that can be read only once, since a statement may be sent again. */
  private static void refuseOneShot(String position, @Nullable Object value) {
    if (value instanceof Blob || value instanceof Clob) {
      throw new IllegalArgumentException(
          position
              + " is a Blob or Clob, which can be read only once, so that its statement could not"
              + " be sent again: bind a byte array, a ByteBuffer or a String");
    }
  }

  private static String position(Object place) {
    return place instanceof Integer index
        ? "value " + (index + 1) + " ($" + (index + 1) + ")"
        : "value " + place;
  }

  private static IllegalArgumentException notTaken(String position, Object bound) {
    Object value = bound instanceof Parameter parameter ? parameter.getValue() : bound;
    String type = value == null ? "NULL" : value.getClass().getTypeName();
    return new IllegalArgumentException(
        position + " is of type " + type + ", which cannot be bound" + remedy(value));
  }

  private static String remedy(@Nullable Object value) {
    if (value instanceof Enum<?>) {
      return ": bind its name() and write $n::the_type";
    }
    if (value instanceof Iterable<?>) {
      return ": bind an array, as by toArray(String[]::new)";
    }
    if (value instanceof Optional<?>) {
      return ": bind its orElse(null)";
    }
    if (value instanceof Duration) {
      return ": bind its toString() and write $n::interval";
    }
    if (value instanceof Map<?, ?> || value instanceof Record) {
      return ": bind its JSON as a String and write $n::jsonb, or its parts one by one";
    }
    return value != null && value.getClass().isArray()
        ? ": bind an array of objects, such as Integer[] or String[]"
        : ": docs/values.md lists the types";
  }
}

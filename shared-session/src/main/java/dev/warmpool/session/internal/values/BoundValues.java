package dev.warmpool.session.internal.values;

import dev.warmpool.session.internal.rows.BatchRows;
import dev.warmpool.session.internal.rows.BatchRows.Row;
import dev.warmpool.session.internal.sql.SqlParameters;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Binds values. Where the driver refuses one, its message quotes the value or names no position;
 * these name the position and the type, and the way out.
 */
public final class BoundValues {

  /** The protocol counts the values of a statement in 16 bits. */
  private static final int MOST = 65_535;

  private BoundValues() {}

  /**
   * Binds these values in order.
   *
   * @throws IllegalArgumentException if there are too many, or one that can be read only once
   */
  public static Consumer<Statement> inOrder(String sql, @Nullable Object[] values) {
    if (values.length > MOST) {
      throw new IllegalArgumentException(
          values.length
              + " values: PostgreSQL takes at most "
              + MOST
              + " in one statement; bind arrays and read them by unnest($1)");
    }
    for (int i = 0; i < values.length; i++) {
      RefusedValues.refuseOneShot(i, values[i]);
    }
    return statement -> {
      try {
        for (int i = 0; i < values.length; i++) {
          bind(statement, 0, i, values[i]);
        }
      } catch (IndexOutOfBoundsException tooMany) {
        throw new IllegalArgumentException(
            (values.length == 1 ? "1 value" : values.length + " values")
                + " for a text with "
                + SqlParameters.of(sql).described());
      }
    };
  }

  /** Binds the values of rows that follow one another; a failure tells the row. */
  public static Consumer<Statement> inRows(String sql, List<Row> rows) {
    if (rows.size() == 1) {
      Row row = rows.get(0);
      return ofRow(row, statement -> inOrder(sql, row.values()).accept(statement));
    }
    return statement -> {
      int before = 0;
      for (Row row : rows) {
        int offset = before;
        ofRow(row, target -> bind(target, offset, row.values())).accept(statement);
        before += row.values().length;
      }
    };
  }

  private static Consumer<Statement> ofRow(Row row, Consumer<Statement> binding) {
    return statement -> {
      try {
        binding.accept(statement);
      } catch (IllegalArgumentException refused) {
        throw BatchRows.refused(row, refused);
      }
    };
  }

  private static void bind(Statement statement, int offset, @Nullable Object[] values) {
    for (int i = 0; i < values.length; i++) {
      RefusedValues.refuseOneShot(i, values[i]);
      bind(statement, offset, i, values[i]);
    }
  }

  private static void bind(Statement statement, int offset, int index, @Nullable Object value) {
    if (value == null) {
      bindNull(statement, offset + index, Object.class);
      return;
    }
    RefusedValues.refuseMisread(index, value);
    try {
      statement.bind(offset + index, value);
    } catch (IllegalArgumentException refused) {
      throw RefusedValues.notTaken(index, value);
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
  public static Consumer<Statement> at(String sql, Object place, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(position(place) + " is null: use bindNull");
    }
    RefusedValues.refuseOneShot(place, value);
    return placed(
        sql,
        place,
        statement -> {
          RefusedValues.refuseMisread(place, value);
          try {
            if (place instanceof Integer index) {
              statement.bind(index, value);
            } else {
              statement.bind(String.valueOf(place), value);
            }
          } catch (IllegalArgumentException refused) {
            throw RefusedValues.notTaken(place, value);
          }
        });
  }

  /** A NULL of this type, likewise. */
  public static Consumer<Statement> nullAt(String sql, Object place, Class<?> type) {
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
  public static Statement statement(Connection connection, String sql) {
    try {
      return connection.createStatement(sql);
    } catch (IllegalArgumentException refused) {
      String fault = SqlParameters.of(sql).fault();
      throw fault == null ? refused : new IllegalArgumentException(fault);
    }
  }

  /** Executes the statement; fails if values are missing. */
  public static Publisher<? extends Result> execute(Statement statement, String sql) {
    try {
      return statement.execute();
    } catch (IllegalStateException missing) {
      throw missing(sql);
    }
  }

  /** The failure of a statement that has values for some of its parameters. */
  public static IllegalStateException missing(String sql) {
    return new IllegalStateException(
        "values are missing: the text has " + SqlParameters.of(sql).described());
  }

  /** How messages name the place of a value: an index, from 0, or a name. */
  static String position(Object place) {
    return place instanceof Integer index
        ? "value " + (index + 1) + " ($" + (index + 1) + ")"
        : "value " + place;
  }
}

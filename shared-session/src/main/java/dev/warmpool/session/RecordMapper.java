package dev.warmpool.session;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * Makes records of rows, by the names of their components.
 *
 * <pre>{@code
 * record Order(long id, String item, Instant createdAt) {}
 *
 * static final RecordMapper<Order> ORDER = RecordMapper.of(Order.class);
 *
 * session.query("SELECT id, item, created_at FROM orders WHERE id = $1", ORDER, id)
 * }</pre>
 *
 * <p>A component takes the column of its name: case and underscores do not count, so that {@code
 * createdAt} takes {@code created_at}. The driver converts the value to the component's type, as
 * {@code docs/values.md} shows. A column without a component is ignored, so that a migration which
 * adds one breaks no function that is running. A null is passed on, except to a primitive
 * component. A number that a whole component cannot hold is an error.
 *
 * <p>Thread-safe.
 *
 * @param <T> the record
 */
public final class RecordMapper<T extends Record> implements Function<Row, T> {

  private final Class<T> type;
  private final List<Component> components;
  private final Constructor<T> constructor;
  private volatile @Nullable Layout latest;

  private RecordMapper(Class<T> type) {
    this.type = type;
    this.components = Arrays.stream(type.getRecordComponents()).map(Component::of).toList();
    this.constructor = constructor(type);
  }

  /**
   * The mapper for a record class, which may be private. It looks the class up once: keep the
   * mapper in a constant.
   *
   * @throws IllegalArgumentException if the class's module does not let it be created from here
   */
  public static <T extends Record> RecordMapper<T> of(Class<T> type) {
    Objects.requireNonNull(type, "the record class is null");
    return new RecordMapper<>(type);
  }

  /**
   * A component of the record.
   *
   * @param key the name as columns are compared with it
   * @param type the type, a wrapper in place of a primitive one
   */
  private record Component(String name, String key, Class<?> type, boolean isPrimitive) {

    static Component of(RecordComponent component) {
      Class<?> type = component.getType();
      return new Component(
          component.getName(), comparable(component.getName()), wrapper(type), type.isPrimitive());
    }

    /** The wrapper of a primitive type; others as they are. */
    private static Class<?> wrapper(Class<?> type) {
      return MethodType.methodType(type).wrap().returnType();
    }
  }

  /**
   * Where a result has the components' columns.
   *
   * @param indexes never changed
   * @param types as which the columns are read; never changed
   */
  private record Layout(RowMetadata metadata, int[] indexes, Class<?>[] types) {}

  private static <T extends Record> Constructor<T> constructor(Class<T> type) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<T> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical;
    } catch (NoSuchMethodException | RuntimeException e) {
      throw new IllegalArgumentException(
          "record " + type.getName() + " cannot be created from here: open its package", e);
    }
  }

  private static String comparable(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Makes a record of a row.
   *
   * @throws IllegalStateException if a component has no column or several, if its column is null
   *     and it is primitive, or if the value cannot be converted; the message names it
   */
  @Override
  public T apply(Row row) {
    Layout layout = layout(row.getMetadata());
    @Nullable Object[] values = new @Nullable Object[components.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(row, components.get(i), layout.indexes()[i], layout.types()[i]);
    }
    return created(values);
  }

  /** The rows of a result have their metadata in common. */
  private Layout layout(RowMetadata metadata) {
    Layout known = latest;
    if (known != null && known.metadata() == metadata) {
      return known;
    }
    List<? extends ColumnMetadata> columns = metadata.getColumnMetadatas();
    int[] indexes = components.stream().mapToInt(one -> index(columns, one)).toArray();
    Class<?>[] types = new Class<?>[indexes.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = readAs(columns.get(indexes[i]).getJavaType(), components.get(i).type());
    }
    Layout layout = new Layout(metadata, indexes, types);
    latest = layout;
    return layout;
  }

  private static Class<?> readAs(@Nullable Class<?> column, Class<?> component) {
    return column != null && WholeNumbers.mayNotFit(column, component) ? column : component;
  }

  private int index(List<? extends ColumnMetadata> columns, Component component) {
    int found = -1;
    for (int i = 0; i < columns.size(); i++) {
      if (comparable(columns.get(i).getName()).equals(component.key())) {
        if (found >= 0) {
          throw failure(component, "has several columns of its name: give each an alias", null);
        }
        found = i;
      }
    }
    if (found < 0) {
      String names = String.join(", ", columns.stream().map(ColumnMetadata::getName).toList());
      throw failure(component, "has no column of its name among " + names, null);
    }
    return found;
  }

  private @Nullable Object value(Row row, Component component, int index, Class<?> type) {
    Object value;
    try {
      value = row.get(index, type);
      if (type != component.type() && value != null) {
        value = WholeNumbers.exact((Number) value, component.type());
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw failure(component, "cannot hold a number of its column: use a wider class", e);
    } catch (RuntimeException e) {
      String column = row.getMetadata().getColumnMetadata(index).getType().getName();
      throw failure(component, "cannot be read from a column of type " + column, e);
    }
    if (value == null && component.isPrimitive()) {
      throw failure(component, "is primitive and its column is null: use a wrapper class", null);
    }
    return value;
  }

  private IllegalStateException failure(
      Component component, String reason, @Nullable RuntimeException cause) {
    return new IllegalStateException(
        "component "
            + component.name()
            + " ("
            + component.type().getSimpleName()
            + ") of record "
            + type.getSimpleName()
            + " "
            + reason,
        cause);
  }

  private T created(@Nullable Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) { // of a compact constructor
      throw Exceptions.propagate(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create record " + type.getName(), e);
    }
  }
}

package dev.warmpool.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers of columns whose type has more values than the component's. The driver would drop
 * the digits that do not fit, without an error. Stateless.
 */
final class WholeNumbers {

  /** Each holds the values of those before it. */
  private static final List<Class<?>> WHOLE =
      List.of(Byte.class, Short.class, Integer.class, Long.class, BigInteger.class);

  private WholeNumbers() {}

  /**
   * Returns whether a value of the column may not fit.
   *
   * @param column the class of the column's values; null if the driver has none
   */
  static boolean mayNotFit(@Nullable Class<?> column, Class<?> component) {
    boolean isNumber = column != null && Number.class.isAssignableFrom(column);
    int rank = WHOLE.indexOf(component);
    return isNumber && rank >= 0 && (!WHOLE.contains(column) || WHOLE.indexOf(column) > rank);
  }

  /**
   * Returns the same number as the component's class.
   *
   * @throws ArithmeticException if it has more digits or a fraction
   * @throws NumberFormatException if it is an infinity or none
   */
  static Number exact(Number value, Class<?> component) {
    BigDecimal number = new BigDecimal(value.toString());
    if (component == Byte.class) {
      return number.byteValueExact();
    }
    if (component == Short.class) {
      return number.shortValueExact();
    }
    if (component == Integer.class) {
      return number.intValueExact();
    }
    return component == Long.class ? number.longValueExact() : number.toBigIntegerExact();
  }
}

package dev.warmpool.session.internal.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compares the values of a key as the server may. One statement must not update a row twice, so two
 * values that the server may take for the same are equal here; two that only seem the same cost a
 * statement more.
 */
final class KeyValues {

  private KeyValues() {}

  /** A value that equals that of another one if the server may take both for the same. */
  static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes.clone());
    }
    if (value instanceof String || value instanceof Character) {
      return text(value.toString());
    }
    return value == null ? null : moment(value);
  }

  private static Object number(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros();
    }
    if (number instanceof BigInteger integer) {
      return new BigDecimal(integer).stripTrailingZeros();
    }
    double value = number.doubleValue();
    boolean exact = number instanceof Double || number instanceof Float;
    if (exact && !Double.isFinite(value)) {
      return value;
    }
    BigDecimal decimal = exact ? new BigDecimal(value) : BigDecimal.valueOf(number.longValue());
    return decimal.stripTrailingZeros();
  }

  /** The type char(n) ignores blanks at the end; citext and some collations ignore case. */
  private static String text(String text) {
    return text.stripTrailing().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  /** The server keeps microseconds, of which a column may round some off. */
  private static Object moment(Object value) {
    if (value instanceof LocalDateTime local) {
      return local.truncatedTo(ChronoUnit.MILLIS);
    }
    Instant instant = instant(value);
    return instant == null ? value : instant.truncatedTo(ChronoUnit.MILLIS);
  }

  private static @Nullable Instant instant(Object value) {
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof ZonedDateTime time) {
      return time.toInstant();
    }
    if (value instanceof Date date) {
      return date.toInstant();
    }
    return value instanceof Instant instant ? instant : null;
  }
}

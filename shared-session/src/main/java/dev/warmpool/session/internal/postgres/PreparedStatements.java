package dev.warmpool.session.internal.postgres;

import io.r2dbc.spi.Row;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks at each reset of a connection that the server's prepared statements are those that the
 * driver keeps. A text that puts another in the place of one would give its rows to later sessions;
 * one that removes one would let them fail.
 *
 * <p>The driver (1.1.3) names its statements S_0, S_1 and so on, a new number for each text and
 * types of values, and closes the one unused for longest when it has more than the limit. A number
 * is missing only if the statement failed to be parsed. A statement that SQL prepares is marked as
 * such by the server. One such, with a name that no text knows, is there to notice a DEALLOCATE
 * ALL. Its state is of one connection. Thread-safe.
 */
final class PreparedStatements {

  private static final Pattern REMOVES =
      Pattern.compile("\\b(DEALLOCATE|DISCARD)\\b", Pattern.CASE_INSENSITIVE);

  private static final int COLUMNS = 5;

  private final String marker = "warmpool " + UUID.randomUUID();
  private final int limit;
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean marked;
  private volatile boolean removed;
  private volatile int newest = -1;
  private volatile int kept;

  PreparedStatements(int limit) {
    this.limit = limit;
  }

  /** The command that prepares the marker, once; then empty. */
  String preparation() {
    if (marked) {
      return "";
    }
    marked = true;
    return "PREPARE \"" + marker + "\" AS SELECT 1";
  }

  /** Notes a text: the newest statement can be removed without a trace, unless by its text. */
  void sent(String text) {
    removed |= REMOVES.matcher(text).find();
  }

  /** Notes that a statement failed, so that the number of its name may be missing. */
  void failed() {
    failed.incrementAndGet();
  }

  /** What a query that begins with the reset's columns asks, for {@link #isTampered}. */
  String check() {
    return "count(*) FILTER (WHERE from_sql),bool_or(name='"
        + marker
        + "'),string_agg(CASE WHEN NOT from_sql THEN name END,' ')"
        + " FROM pg_catalog.pg_prepared_statement()";
  }

  /** Whether a text has made or removed a statement since the last check; false for other rows. */
  boolean isTampered(Row row) {
    if (row.getMetadata().getColumnMetadatas().size() != COLUMNS) {
      return false;
    }
    boolean own = number(row, 2) == 1 && Boolean.TRUE.equals(row.get(3));
    return !own || !isWhole(numbers(row.get(4, String.class))) || removed;
  }

  /** Whether the driver's statements are there: all that were, and the new ones. */
  private boolean isWhole(int[] numbers) {
    int now = numbers.length;
    int latest = IntStream.of(numbers).max().orElse(-1);
    long before = IntStream.of(numbers).filter(number -> number <= newest).count();
    boolean whole =
        now == limit || now < limit && before == kept && latest + 1 - now <= failed.get();
    kept = now;
    newest = latest;
    return whole;
  }

  /** The numbers of the names that the driver gives. */
  private static int[] numbers(@Nullable String names) {
    return names == null || names.isEmpty()
        ? new int[0]
        : Stream.of(names.split(" "))
            .mapToInt(name -> Integer.parseInt(name, 2, name.length(), 10))
            .toArray();
  }

  private static int number(Row row, int column) {
    return row.get(column) instanceof Number number ? number.intValue() : -1;
  }
}

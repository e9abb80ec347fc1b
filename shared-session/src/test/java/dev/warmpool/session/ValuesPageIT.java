package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.postgresql.codec.Interval;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Row;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Writes the tables of docs/values.md from what the driver and the server do, and compares them
 * with the page.
 */
class ValuesPageIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final Path PAGE = Path.of("..", "docs", "values.md");
  private static final Path WRITTEN = Path.of("target", "values.md");
  private static final ZoneOffset PLUS_2 = ZoneOffset.ofHours(2);
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 28, 6, 10, 0, 123_456_000);

  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS values_it CASCADE; CREATE SCHEMA values_it;"
            + "CREATE TYPE values_it.mood AS ENUM ('happy');"
            + "CREATE TYPE values_it.pair AS (a int, b text);"
            + "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;"
            + "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public");
    manager = DATABASE.manager("values_it", Map.of("POSTGRES_EXTENSION_SCHEMA", "public"));
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
  }

  /**
   * A value that is bound.
   *
   * @param value the value; null for NULL
   * @param parameter as it stands in the text, with its cast
   * @param column the type that the parameter has then
   */
  private record Bound(@Nullable Object value, String parameter, String column) {

    static Bound as(Object value, String column) {
      return new Bound(value, "$1", column);
    }

    static Bound cast(Object value, String column) {
      return new Bound(value, "$1::" + column, column);
    }
  }

  /** Values for columns of the type, without a cast except where PostgreSQL needs one. */
  private static List<Bound> bound() {
    return List.of(
        Bound.as("text", "text"),
        Bound.as("text", "varchar"),
        Bound.cast("text", "citext"),
        Bound.as('c', "text"),
        Bound.as(true, "boolean"),
        Bound.as((byte) 7, "smallint"),
        Bound.as((short) 7, "smallint"),
        Bound.as(7, "integer"),
        Bound.as(7, "bigint"),
        Bound.as(7L, "bigint"),
        Bound.as(7L, "integer"),
        Bound.as(1.5f, "real"),
        Bound.as(1.5d, "double precision"),
        Bound.as(Double.NaN, "double precision"),
        Bound.as(new BigDecimal("1.50"), "numeric"),
        Bound.as(new BigInteger("7"), "numeric"),
        Bound.cast("NaN", "numeric"),
        Bound.cast("1.50", "money"),
        Bound.as(UUID.fromString("00000000-0000-0000-0000-000000000007"), "uuid"),
        Bound.as(new byte[] {1, 2}, "bytea"),
        Bound.as(ByteBuffer.wrap(new byte[] {1, 2}), "bytea"),
        Bound.as(TIME.toLocalDate(), "date"),
        Bound.cast("infinity", "date"),
        Bound.as(TIME.toLocalTime(), "time"),
        Bound.as(OffsetTime.of(TIME.toLocalTime(), PLUS_2), "timetz"),
        Bound.as(TIME, "timestamp"),
        Bound.cast("infinity", "timestamp"),
        Bound.as(TIME.atOffset(PLUS_2), "timestamptz"),
        Bound.as(TIME.atZone(ZoneId.of("Europe/Berlin")), "timestamptz"),
        Bound.as(TIME.toInstant(PLUS_2), "timestamptz"),
        Bound.as(Period.ofDays(3), "interval"),
        Bound.as(Interval.of(Duration.ofHours(3)), "interval"),
        Bound.cast("PT3H", "interval"),
        Bound.as(Json.of("{\"a\": 1}"), "jsonb"),
        Bound.as(Json.of("{\"a\": 1}"), "json"),
        Bound.cast("{\"a\": 1}", "jsonb"),
        Bound.cast("happy", "mood"),
        Bound.as(InetAddress.getLoopbackAddress(), "inet"),
        Bound.cast("10.0.0.0/8", "cidr"),
        Bound.cast("a=>1", "hstore"),
        Bound.cast("[1,3)", "int4range"),
        Bound.cast("101", "bit(3)"),
        Bound.cast("<a/>", "xml"),
        Bound.cast("(1,x)", "pair"),
        Bound.as(new String[] {"a", null}, "text[]"),
        Bound.as(new Integer[] {1, 2}, "integer[]"),
        Bound.as(new Long[] {1L, 2L}, "bigint[]"),
        Bound.as(new Boolean[] {true}, "boolean[]"),
        Bound.as(new BigDecimal[] {BigDecimal.ONE}, "numeric[]"),
        Bound.as(new Double[] {1.5}, "double precision[]"),
        Bound.as(new UUID[] {new UUID(0, 7)}, "uuid[]"),
        Bound.as(new LocalDate[] {TIME.toLocalDate()}, "date[]"),
        Bound.as(new OffsetDateTime[] {TIME.atOffset(PLUS_2)}, "timestamptz[]"),
        Bound.as(new Instant[] {TIME.toInstant(PLUS_2)}, "timestamptz[]"),
        Bound.cast(new String[] {"happy"}, "mood[]"),
        Bound.cast(new String[] {"{}"}, "jsonb[]"),
        Bound.cast(new String[] {"\\x0102"}, "bytea[]"),
        new Bound(null, "$1", "text"),
        new Bound(null, "$1", "integer"));
  }

  private static List<Object> refused() {
    return List.of(
        TimeUnit.SECONDS,
        new ArrayList<>(List.of("a")),
        new int[] {1},
        new long[] {1},
        new Object[] {1},
        Duration.ofHours(3),
        DayOfWeek.SATURDAY,
        new Month[] {Month.NOVEMBER},
        new byte[][] {{1}},
        new ByteBuffer[] {ByteBuffer.allocate(1)},
        new Character[] {'c'},
        new URI[] {URI.create("a")},
        new java.sql.Date(0),
        new java.sql.Time(0),
        Optional.of(1),
        new HashMap<>(Map.of("a", 1)),
        new StringBuilder("a"));
  }

  private static final List<Class<?>> READ_AS =
      List.of(
          String.class,
          Boolean.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigDecimal.class,
          BigInteger.class,
          UUID.class,
          byte[].class,
          ByteBuffer.class,
          LocalDate.class,
          LocalTime.class,
          OffsetTime.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          Instant.class,
          Period.class,
          Interval.class,
          Json.class,
          InetAddress.class,
          String[].class,
          Integer[].class,
          Long[].class,
          Double[].class,
          BigDecimal[].class,
          Boolean[].class,
          UUID[].class,
          LocalDate[].class,
          OffsetDateTime[].class,
          Instant[].class,
          byte[][].class,
          ByteBuffer[].class);

  @Test
  void pageShowsWhatTheDriverDoes() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(
        "| bound | as | for a column of type | `row.get(name)` | `row.get(name, Class)` |\n");
    page.append("|---|---|---|---|---|\n");
    bound().forEach(bound -> page.append(row(bound)));
    page.append("\n| not bound | message |\n|---|---|\n");
    refused().forEach(value -> page.append(refusal(value)));
    Files.writeString(WRITTEN, page);

    assertThat(Files.readString(PAGE))
        .as("docs/values.md: replace its tables by shared-session/target/values.md")
        .endsWith(page);
  }

  private String row(Bound bound) {
    return "| %s | `%s` | `%s` | %s | %s |\n"
        .formatted(
            bound.value() == null ? "null" : shown(bound.value()),
            bound.parameter(),
            bound.column(),
            outcome(bound, ValuesPageIT::natural),
            outcome(bound, row -> classes(row, bound.column().endsWith("[]"))));
  }

  private interface Reader {
    String read(Row row);
  }

  /** Inserts the value into a table and reads it. */
  private String outcome(Bound bound, Reader reader) {
    String table =
        "CREATE TEMP TABLE t (v %s); SET LOCAL lc_monetary = 'C'".formatted(bound.column());
    try {
      return TestDatabase.await(
          manager.inSession(
              SessionOptions.standard(),
              session ->
                  session
                      .execute(table)
                      .then(
                          session.execute(
                              "INSERT INTO pg_temp.t VALUES (%s)".formatted(bound.parameter()),
                              bound.value()))
                      .thenMany(session.query("SELECT v FROM pg_temp.t", reader::read))
                      .single()));
    } catch (R2dbcException refused) {
      return "refused by the server: " + refused.getSqlState();
    }
  }

  private static String natural(Row row) {
    try {
      Object value = row.get("v");
      return value == null ? "null" : shown(value);
    } catch (RuntimeException e) {
      return "fails: " + e.getClass().getSimpleName();
    }
  }

  private static boolean isNull(Row row) {
    try {
      return row.get("v") == null;
    } catch (RuntimeException notNaturally) {
      return false;
    }
  }

  /** The classes as which the value can be read. */
  private static String classes(Row row, boolean array) {
    if (isNull(row)) {
      return "null";
    }
    StringBuilder classes = new StringBuilder();
    for (Class<?> type : READ_AS) {
      if (type != String.class && array != (type.isArray() && type != byte[].class)) {
        continue;
      }
      try {
        row.get("v", type);
        classes.append(classes.isEmpty() ? "" : ", ").append(type.getSimpleName());
      } catch (RuntimeException notAs) {
        // left out of the list
      }
    }
    return classes.isEmpty() ? "none" : classes.toString();
  }

  private static String shown(Object value) {
    String type = value.getClass().getSimpleName();
    String text = text(value).replaceAll("@[0-9a-f]+", "").replace("|", "\\|");
    return "%s `%s`".formatted(type.isEmpty() ? "value" : type, text);
  }

  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return buffer.remaining() + " bytes";
    }
    if (value instanceof Json json) {
      return json.asString();
    }
    if (value instanceof InetAddress address) {
      return address.getHostAddress();
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().toString(); // its offset is that of this machine
    }
    if (value instanceof OffsetDateTime[] times) {
      return Arrays.stream(times).map(OffsetDateTime::toInstant).toList().toString();
    }
    if (value instanceof ByteBuffer[] buffers) {
      return Arrays.stream(buffers).map(ValuesPageIT::text).toList().toString();
    }
    return value instanceof Object[] array ? Arrays.deepToString(array) : value.toString();
  }

  private String refusal(Object value) {
    try {
      TestDatabase.await(
          manager.inSession(
              SessionOptions.standard(), session -> session.execute("SELECT $1", value)));
      return "| %s | none |\n".formatted(value.getClass().getSimpleName());
    } catch (IllegalArgumentException e) {
      String type = value.getClass().getSimpleName();
      return "| %s | %s |\n".formatted(type, e.getMessage());
    }
  }
}

package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.internal.sql.InsertRows;
import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Does by a statement of many rows what one statement for each row does. */
class BatchTextsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String TABLE =
      "DROP SCHEMA IF EXISTS batch_texts_it CASCADE; CREATE SCHEMA batch_texts_it;"
          + "CREATE TYPE batch_texts_it.mood AS ENUM ('happy', 'sad');"
          + "CREATE TABLE batch_texts_it.t (a int UNIQUE, b bigint DEFAULT 7, c text, d jsonb,"
          + " e numeric(8,2), f timestamptz, g text[], h batch_texts_it.mood, i boolean,"
          + " j smallint CHECK (j < 9), CHECK (c <> 'refused'))";
  private static final String KEYS =
      """
      CREATE COLLATION batch_texts_it.folding
        (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE batch_texts_it.keys (
        numeric_key numeric UNIQUE,
        bytes_key bytea UNIQUE,
        char_key char(3) UNIQUE,
        folding_key text COLLATE batch_texts_it.folding UNIQUE,
        time_key timestamptz UNIQUE,
        n int NOT NULL DEFAULT 1)
      """;

  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  private static final String CONTENT =
      "TRUNCATE batch_texts_it.t, batch_texts_it.keys; INSERT INTO batch_texts_it.t (a, c) VALUES (100, 'before')";

  private static SessionManager manager;

  @BeforeAll
  static void start() {
    DATABASE.admin(TABLE);
    DATABASE.admin(KEYS);
    manager = DATABASE.manager("batch_texts_it", Map.of());
  }

  @AfterAll
  static void end() {
    TestDatabase.end(manager);
  }

  private static Object[] row(Object... values) {
    return values;
  }

  private static Arguments many(String sql, Object[]... rows) {
    return Arguments.of(sql, true, List.of(rows));
  }

  private static Arguments single(String sql, Object[]... rows) {
    return Arguments.of(sql, false, List.of(rows));
  }

  static Stream<Arguments> texts() {
    String upsert =
        "INSERT INTO t (a, c) VALUES ($1, $2)"
            + " ON CONFLICT (a) DO UPDATE SET c = t.c || excluded.c, b = coalesce(t.b, 0) + 1";
    return Stream.of(
        many("INSERT INTO t (a, b) VALUES ($1, $2)", row(1, 1), row(2, 2L), row(null, null)),
        many("INSERT INTO t (b, a) VALUES ($1, $2)", row(null, 1), row(1L << 40, 2)),
        many("INSERT INTO t (a) VALUES ($1)", row(1L), row(1L << 40)),
        many("INSERT INTO t (a) VALUES ($1)", row(1), row("2")),
        many("INSERT INTO t (c) VALUES ($1)", row("x"), row(2)),
        many("INSERT INTO t (d) VALUES ($1::jsonb)", row("{}"), row((Object) null), row("[1]")),
        many("INSERT INTO t (d) VALUES ($1::jsonb)", row("{}"), row("{")),
        many("INSERT INTO t (h) VALUES ($1::mood)", row("sad"), row((Object) null)),
        many("INSERT INTO t (h) VALUES ($1)", row((Object) null), row("sad")),
        many("INSERT INTO t (e) VALUES ($1)", row(1), row(2.5), row(3.14159f)),
        many("INSERT INTO t (e) VALUES ($1 + 1)", row(1), row(2.5), row((Object) null)),
        many("INSERT INTO t (a, b) VALUES ($1, $1)", row(1), row(2L), row((Object) null)),
        many("INSERT INTO t (a, c) VALUES ($1, $1)", row(1), row(2)),
        many("INSERT INTO t (b, a, c) VALUES (DEFAULT, $1, DEFAULT)", row(1), row(2)),
        many("INSERT INTO t (a, i) VALUES ($1, now() > $2)", row(1, null), row(2, null)),
        many("INSERT INTO t (f) VALUES ($1::timestamptz + interval '1 day')", row("2026-11-28")),
        many("INSERT INTO t (g) VALUES ($1)", row((Object) new String[] {"a", null})),
        many("INSERT INTO t (g) VALUES (ARRAY[$1, $2])", row("a", "b"), row("c", null)),
        many("INSERT INTO t (c) VALUES (coalesce($1, 'none'))", row("a"), row((Object) null)),
        many("INSERT INTO t (c) VALUES (lower($1))", row("A"), row("B")),
        many(
            "INSERT INTO t (c) VALUES (CASE WHEN $1 THEN 'y' ELSE 'n' END)", row(true), row(false)),
        many("INSERT INTO t (g[1]) VALUES ('x')", row()),
        many("INSERT INTO t (j) VALUES ($1)", row(1), row(2), row(9)),
        many("INSERT INTO t (c) VALUES ($1)", row("a"), row("refused")),
        many("INSERT INTO t (a) VALUES ($1)", row(1), row(100)),
        many("INSERT INTO t (a) VALUES ($1)", row(1), row(1)),
        many("INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING", row(1), row(100), row(1)),
        many("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO NOTHING", row(1), row(1)),
        many(upsert, row(1, "a"), row(100, "b"), row(1, "c"), row(1, "d"), row(null, "e")),
        many(renewing("numeric_key"), row(5), row(5L), row(new BigDecimal("5.0")), row(5.0)),
        many(renewing("bytes_key"), row(new byte[] {1}), row(new byte[] {1}), row(new byte[] {2})),
        many(renewing("bytes_key"), row(ByteBuffer.wrap(new byte[] {1})), row(new byte[] {1})),
        many(renewing("char_key"), row("a"), row("a "), row('a'), row("b")),
        many(renewing("folding_key"), row("Straße"), row("straße"), row("x")),
        many(renewing("time_key"), row(NOON), row(NOON.atOffset(ZoneOffset.ofHours(2)))),
        many(renewing("time_key"), row(NOON.plusNanos(1)), row(NOON.plusNanos(2))),
        many("INSERT INTO no_such (a) VALUES ($1)", row(1), row(2)),
        many("INSERT INTO t (a, nothing) VALUES ($1, $2)", row(1, 2), row(2, 3)),
        many("INSERT INTO t (a) VALUES ($1, $2)", row(1, 2), row(2, 3)),
        single("INSERT INTO t (a) VALUES ((SELECT max(a) + $1 FROM t))", row(1), row(1)),
        single("INSERT INTO t (a) VALUES (generate_series(1, $1))", row(1), row((Object) null)),
        single("INSERT INTO t (a) VALUES ($1) RETURNING a", row(1), row(2)),
        single("UPDATE t SET b = b + $1", row(1), row(2)),
        single("DELETE FROM t WHERE a = $1", row(100), row(100)));
  }

  /** Keys that are the same to the server, though not to Java. */
  private static String renewing(String column) {
    return "INSERT INTO keys ("
        + column
        + ") VALUES ($1) ON CONFLICT ("
        + column
        + ") DO UPDATE SET n = keys.n + 1";
  }

  @ParameterizedTest
  @MethodSource("texts")
  void doesTheSame(String sql, boolean many, List<Object[]> rows) {
    String expected = outcome(s -> oneByOne(s, sql, rows));
    assertThat(outcome(s -> s.batch(sql, Flux.fromIterable(rows)))).isEqualTo(expected);
    if (rows.get(0).length > 0) {
      assertThat(InsertRows.of(sql) != null).isEqualTo(many);
    }
  }

  /** More rows, of values of one type each, which are sent as arrays. */
  static Stream<Arguments> arrays() {
    String odd = "a\\b\"c'd{e}f,g h\n\t$1 NULL";
    return Stream.of(
        arrays("INSERT INTO t (c) VALUES ($1)", odd, "", " ", "NULL", "null", "ü€🐘", "\"\"", "."),
        arrays("INSERT INTO t (c) VALUES ($1)", odd, null, "", "NULL", null, ".", "\\", "{}"),
        arrays("INSERT INTO t (b) VALUES ($1)", 1, null, -3, Integer.MAX_VALUE),
        arrays("INSERT INTO t (b) VALUES ($1)", Long.MIN_VALUE, null, Long.MAX_VALUE, 0L),
        arrays("INSERT INTO t (a) VALUES ($1)", 1L, 1L << 40),
        arrays("INSERT INTO t (j) VALUES ($1)", (short) 1, null, (short) 8),
        arrays("INSERT INTO t (j) VALUES ($1)", 1, 9),
        arrays("INSERT INTO t (i) VALUES ($1)", true, null, false),
        arrays("INSERT INTO t (e) VALUES ($1)", new BigDecimal("1E+3"), new BigDecimal("-0.005")),
        arrays("INSERT INTO t (e) VALUES ($1)", 1.5, 2.25, 1E-9),
        arrays("INSERT INTO t (e) VALUES ($1)", Double.NaN, 3.0),
        arrays("INSERT INTO t (e) VALUES ($1)", 1.1f, null, 2.5f),
        arrays("INSERT INTO t (c) VALUES ($1::float8)", 0.1, Double.MIN_VALUE, 1e300),
        arrays("INSERT INTO t (c) VALUES ($1)", new UUID(1, 2), null, new UUID(-1, -2)),
        arrays("INSERT INTO t (c) VALUES ($1)", 1, null, 3),
        arrays("INSERT INTO t (f) VALUES ($1)", NOON, null, NOON.plusNanos(999_999_999)),
        arrays("INSERT INTO t (f) VALUES ($1)", NOON.atOffset(ZoneOffset.ofHours(-9))),
        arrays("INSERT INTO t (f) VALUES ($1)", LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1_500)),
        arrays("INSERT INTO t (f) VALUES ($1)", LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)),
        arrays(
            "INSERT INTO t (f) VALUES ($1)", LocalDate.of(-43, 3, 15), LocalDate.of(12_000, 1, 1)),
        arrays("INSERT INTO t (f) VALUES ($1)", Instant.parse("-0043-03-15T12:00:00Z")),
        arrays("INSERT INTO t (d) VALUES ($1::jsonb)", "{}", null, "[1]"),
        arrays("INSERT INTO t (d) VALUES ($1::jsonb)", "{}", "{"),
        arrays("INSERT INTO t (d) VALUES ($1)", "{}", "[]"),
        arrays("INSERT INTO t (h, c) VALUES ($1::mood, 'x')", "sad", null, "happy"),
        arrays("INSERT INTO t (h, d, g, b) VALUES ('sad', '{}', '{a,b}', $1)", 1, 2),
        arrays("INSERT INTO t (c, e, b) VALUES (NULL, 2 + 3, $1)", 1, 2),
        arrays("INSERT INTO t (e, b, c) VALUES ($1, $1, $1)", 1, null, 3),
        arrays("INSERT INTO t (h, c) VALUES ('glad', $1)", "x"),
        arrays("INSERT INTO t (b, j) VALUES (DEFAULT, $1)", 1, 2),
        arrays("INSERT INTO t VALUES ($1)", 1, 2),
        arrays("INSERT INTO t (c) VALUES ($1)", "a", "refused"),
        arrays(renewing("numeric_key"), 1, 2, 3),
        arrays("INSERT INTO t (a) VALUES ($1 /* ) */ -- $2\n) ON CONFLICT DO NOTHING", 1, 100),
        arrays("INSERT INTO t (a, nothing) VALUES ($1, 1)", 1),
        arrays("INSERT INTO t (a, b) VALUES (batch_rows_1, $1)", 1),
        arrays("INSERT INTO t (a, b) VALUES (batch_rows.batch_rows_1, $1)", 1),
        arrays("INSERT INTO t (c, b) VALUES (U&\"b\\0061tch_rows_1\", $1)", "x"),
        arrays("INSERT INTO t (b) VALUES ($1::int x)", 1),
        arrays("INSERT INTO t (c, b) VALUES ('x' AS y, $1)", 1),
        arrays("INSERT INTO t (c, b) VALUES (DISTINCT 'x', $1)", 1),
        arrays("INSERT INTO t (c, b) VALUES (ALL 'x', $1)", 1),
        arrays("INSERT INTO t (c, b) VALUES ($1, *)", "x"),
        arrays("INSERT INTO t (b, c) VALUES ($1,)", 1),
        arrays("INSERT INTO t (b, c) VALUES ($1 -- ,\n, 'a' -- )\n)", 1));
  }

  private static Arguments arrays(String sql, @Nullable Object... values) {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) { // enough for arrays
      rows.add(new Object[] {values[i % values.length]});
    }
    return Arguments.of(sql, rows);
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void doesTheSameByArrays(String sql, List<Object[]> rows) {
    String expected = outcome(s -> oneByOne(s, sql, rows));
    assertThat(outcome(s -> s.batch(sql, Flux.fromIterable(rows)))).isEqualTo(expected);
    assertThat(
            outcome(
                s ->
                    s.execute("SET LOCAL array_nulls TO off")
                        .then(s.batch(sql, Flux.fromIterable(rows)))))
        .isEqualTo(expected);
  }

  /** An operator of the schema's own that takes all texts for equal. */
  @Test
  void takesTheServersOperators() {
    DATABASE.admin(
        "CREATE FUNCTION batch_texts_it.same(varchar, varchar) RETURNS boolean LANGUAGE sql"
            + " AS 'SELECT true';"
            + "CREATE OPERATOR batch_texts_it.="
            + " (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = batch_texts_it.same)");
    String sql = "INSERT INTO t (c) VALUES ($1)";
    List<Object[]> rows = new ArrayList<>(Collections.nCopies(9, row("x")));
    rows.add(new Object[] {null});
    try {
      String expected = outcome(s -> oneByOne(s, sql, rows));
      assertThat(outcome(s -> s.batch(sql, Flux.fromIterable(rows)))).isEqualTo(expected);
    } finally {
      DATABASE.admin("DROP FUNCTION batch_texts_it.same CASCADE");
    }
  }

  private static Mono<Long> oneByOne(Session session, String sql, List<Object[]> rows) {
    return Flux.fromIterable(rows)
        .concatMap(values -> session.execute(sql, values))
        .reduce(0L, Long::sum);
  }

  private String outcome(Function<Session, Mono<Long>> work) {
    DATABASE.admin(CONTENT);
    String result =
        manager
            .inSession(SessionOptions.standard(), work)
            .map(String::valueOf)
            .onErrorResume(
                R2dbcException.class, error -> Mono.just(String.valueOf(error.getSqlState())))
            .as(TestDatabase::await);
    return result
        + DATABASE.column(
            "SELECT t::text FROM batch_texts_it.t UNION ALL"
                + " SELECT k::text FROM batch_texts_it.keys k ORDER BY 1");
  }
}

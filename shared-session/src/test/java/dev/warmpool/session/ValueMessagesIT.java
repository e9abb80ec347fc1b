package dev.warmpool.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Values that cannot be bound are named by position and type, never by content. */
class ValueMessagesIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of());
  }

  @AfterEach
  void stop() {
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
  }

  record Secret(String secret) {}

  private Throwable failure(String sql, Object... values) {
    return catchThrowable(
        () ->
            TestDatabase.await(
                manager.inSession(SessionOptions.standard(), s -> s.execute(sql, values))));
  }

  private Throwable failureInOneFlight(String sql, Object... values) {
    return catchThrowable(
        () -> TestDatabase.await(manager.execute(SessionOptions.standard(), sql, values)));
  }

  private Throwable failureOfAThreadThatWaits(String sql, Object... values) {
    return catchThrowable(() -> manager.blocking().execute(SessionOptions.standard(), sql, values));
  }

  private Throwable failureOfTheConnection(String sql, Consumer<Statement> binding) {
    return catchThrowable(
        () ->
            TestDatabase.await(
                manager.inSession(
                    SessionOptions.standard(),
                    s -> {
                      Statement statement = s.connection().createStatement(sql);
                      binding.accept(statement);
                      return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).then();
                    })));
  }

  static Stream<Arguments> valuesThatCannotBeBound() {
    return Stream.of(
        Arguments.of(
            TimeUnit.SECONDS,
            "java.util.concurrent.TimeUnit, which cannot be bound: bind its name() and write"
                + " $n::the_type"),
        Arguments.of(
            List.of("secret"),
            "java.util.ImmutableCollections$List12, which cannot be bound: bind an array, as by"
                + " toArray(String[]::new)"),
        Arguments.of(
            new int[] {1},
            "int[], which cannot be bound: bind an array of objects, such as Integer[] or"
                + " String[]"),
        Arguments.of(
            new Object[][] {{"secret"}},
            "java.lang.Object[][], which cannot be bound: bind an array of objects, such as"
                + " Integer[] or String[]"),
        Arguments.of(
            Duration.ofDays(1),
            "java.time.Duration, which cannot be bound: bind its toString() and write"
                + " $n::interval"),
        Arguments.of(
            Optional.of("secret"),
            "java.util.Optional, which cannot be bound: bind its orElse(null)"),
        Arguments.of(
            Collections.singletonMap("secret", 1),
            "java.util.Collections$SingletonMap, which cannot be bound: bind its JSON as a String"
                + " and write $n::jsonb, or its parts one by one"),
        Arguments.of(
            new Secret("secret"),
            "dev.warmpool.session.ValueMessagesIT$Secret, which cannot be bound: bind its JSON as a"
                + " String and write $n::jsonb, or its parts one by one"),
        Arguments.of(
            new StringBuilder("secret"),
            "java.lang.StringBuilder, which cannot be bound: docs/values.md lists the types"),
        Arguments.of(
            Parameters.in(new StringBuilder("secret")),
            "java.lang.StringBuilder, which cannot be bound: docs/values.md lists the types"));
  }

  /** Values that the driver takes and corrupts, or fails on without a message. */
  static Stream<Arguments> valuesThatTheDriverMisreads() {
    String bytes =
        ", which cannot be bound: bind a String[] of hex, such as \\x0aff, and write $n::bytea[]";
    String strings = ", which cannot be bound: bind a String[]";
    String times = ", which cannot be bound: bind an array of java.time, such as LocalDate[]";
    return Stream.of(
        Arguments.of(new byte[][] {{1}}, "byte[][]" + bytes),
        Arguments.of(new byte[][][] {{{1}}}, "byte[][][]" + bytes),
        Arguments.of(new ByteBuffer[0], "java.nio.ByteBuffer[]" + bytes),
        Arguments.of(Parameters.in(new byte[][] {{1}}), "byte[][]" + bytes),
        Arguments.of(new Character[] {'a'}, "java.lang.Character[]" + strings),
        Arguments.of(new Character[][] {{'a'}}, "java.lang.Character[][]" + strings),
        Arguments.of(new char[] {'a'}, "char[]" + strings),
        Arguments.of(new URI[] {URI.create("a,b")}, "java.net.URI[]" + strings),
        Arguments.of(new URL[0], "java.net.URL[]" + strings),
        Arguments.of(
            new java.sql.Date(0), "java.sql.Date, which cannot be bound: bind its toLocalDate()"),
        Arguments.of(
            new java.sql.Time(0), "java.sql.Time, which cannot be bound: bind its toLocalTime()"),
        Arguments.of(
            Parameters.in(new java.sql.Time(0)),
            "java.sql.Time, which cannot be bound: bind its toLocalTime()"),
        Arguments.of(new java.sql.Date[0], "java.sql.Date[]" + times),
        Arguments.of(
            new Date[][] {{new Date(0)}, {null, new java.sql.Date(0)}, null},
            "java.util.Date[][]" + times),
        Arguments.of(
            DayOfWeek.MONDAY,
            "java.time.DayOfWeek, which cannot be bound: bind its getValue(), or its name() and"
                + " write $n::the_type"),
        Arguments.of(
            Parameters.in(Month.MAY),
            "java.time.Month, which cannot be bound: bind its getValue(), or its name() and"
                + " write $n::the_type"),
        Arguments.of(
            new Month[0],
            "java.time.Month[], which cannot be bound: bind a String[] of their name() and write"
                + " $n::the_type[]"));
  }

  @ParameterizedTest
  @MethodSource({"valuesThatCannotBeBound", "valuesThatTheDriverMisreads"})
  void areNamedByPositionAndType(Object value, String rest) {
    assertThat(failure("SELECT $1, $2", 1, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 2 ($2) is of type " + rest)
        .hasNoCause();
    assertThat(failureInOneFlight("SELECT $1, $2", 1, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 2 ($2) is of type " + rest);
    assertThat(failureOfAThreadThatWaits("SELECT $1, $2", 1, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 2 ($2) is of type " + rest);
    assertThat(
            failureOfTheConnection(
                "SELECT $1, $2", statement -> statement.bind(0, 1).bind(1, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 2 ($2) is of type " + rest)
        .hasNoCause();
    assertThat(
            failureOfTheConnection(
                "SELECT $1, $2", statement -> statement.bind("$1", 1).bind("$2", value)))
        .hasMessage("value $2 is of type " + rest);
  }

  static Stream<Arguments> textsThatDoNotFitTheirValues() {
    return Stream.of(
        Arguments.of(
            "SELECT 1",
            1,
            "1 value for a text with no parameters: write $1, $2, … where the values belong"),
        Arguments.of(
            "SELECT a FROM t WHERE a = ? AND b = ?",
            2,
            "2 values for a text with ? and no parameters: write $1, $2, … where the values"
                + " belong"),
        Arguments.of(
            "SELECT 'b?'::text FROM t WHERE a = :name",
            1,
            "1 value for a text with :name and no parameters: write $1, $2, … where the values"
                + " belong"),
        Arguments.of("SELECT $1", 2, "2 values for a text with 1 parameter ($1)"),
        Arguments.of("SELECT $1, $2, $1", 3, "3 values for a text with 2 parameters ($1 to $2)"),
        Arguments.of(
            "SELECT $1, $2", 1, "values are missing: the text has 2 parameters ($1 to $2)"),
        Arguments.of("SELECT $1", 0, "values are missing: the text has 1 parameter ($1)"),
        Arguments.of(
            "SELECT $1, $3", 2, "the text has $3 but no $2: number the parameters without a gap"),
        Arguments.of(
            "SELECT $1; SELECT 1",
            1,
            "a text of several statements takes no values: run them one by one"));
  }

  @ParameterizedTest
  @MethodSource("textsThatDoNotFitTheirValues")
  void areCountedAgainstTheText(String sql, int values, String message) {
    assertThat(failure(sql, Collections.nCopies(values, "secret").toArray()))
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessage(message);
    assertThat(failure(sql, new Object[values])).hasMessage(message);
    assertThat(failureInOneFlight(sql, new Object[values])).hasMessage(message);
    assertThat(failureOfAThreadThatWaits(sql, new Object[values])).hasMessage(message);
  }

  @Test
  void areCountedAgainstTheTextOfTheConnection() {
    assertThat(failureOfTheConnection("SELECT $1", s -> s.bind(0, 1).bind(2, "secret")))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("value 3 ($3) of a text with 1 parameter ($1)");
    assertThat(failureOfTheConnection("SELECT $1", s -> s.bindNull(1, String.class)))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("value 2 ($2) of a text with 1 parameter ($1)");
    assertThat(failureOfTheConnection("SELECT :a", s -> s.bind("a", "secret")))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("no parameter is called 'a': its name is $1, $2, …, its index from 0");
    assertThat(failureOfTheConnection("SELECT $1, $2", s -> s.bind(0, "secret").add()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("values are missing: the text has 2 parameters ($1 to $2)");
    assertThat(failureOfTheConnection("SELECT $1", s -> s.bind(0, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 1 ($1) is null: use bindNull");
    assertThat(failureOfTheConnection("SELECT $1", s -> s.bindNull(0, Secret.class)))
        .hasMessage(
            "value 1 ($1) is a NULL of type dev.warmpool.session.ValueMessagesIT$Secret, which"
                + " cannot be bound: bind a NULL of type Object");
  }

  @Test
  void areRefusedIfTheyAreReadOnlyOnce() {
    assertThat(failure("SELECT $1, $2", 1, Clob.from(Mono.just("secret"))))
        .hasMessage(
            "value 2 ($2) is a Blob or Clob, which can be read only once, so that its statement"
                + " could not be sent again: bind a byte array, a ByteBuffer or a String");
    assertThat(failure("SELECT $1", Parameters.in(Clob.from(Mono.just("secret")))))
        .hasMessageStartingWith("value 1 ($1) is a Blob or Clob, which can be read only once");
    assertThat(failure("SELECT $1", new ByteArrayInputStream("{}".getBytes(UTF_8))))
        .hasMessageStartingWith("value 1 ($1) is an InputStream, which can be read only once");
  }

  @Test
  void areAtMostAsManyAsTheProtocolCounts() {
    assertThat(failure("SELECT $1", new Object[65_536]))
        .hasMessage(
            "65536 values: PostgreSQL takes at most 65535 in one statement; bind arrays and read"
                + " them by unnest($1)");
  }
}

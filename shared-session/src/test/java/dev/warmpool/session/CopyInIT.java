package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies rows from the client. */
class CopyInIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String COPY = "COPY item (id, name) FROM STDIN";

  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS copy_it CASCADE; CREATE SCHEMA copy_it;"
            + "CREATE TABLE copy_it.item (id int PRIMARY KEY, name text)");
    manager = DATABASE.manager("copy_it", Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void end() {
    TestDatabase.end(manager);
  }

  static ByteBuffer line(String text) {
    return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Flux<ByteBuffer> lines(int count) {
    return Flux.range(1, count).map(i -> line(i + "\tname " + i));
  }

  private Long copy(String sql, Flux<ByteBuffer> data) {
    return manager
        .inSession(SessionOptions.standard(), s -> s.copyIn(sql, data))
        .as(TestDatabase::await);
  }

  private static long count() {
    return DATABASE.number("SELECT count(*) FROM copy_it.item");
  }

  @Test
  void copiesRowsAndCountsThem() {
    assertThat(copy(COPY, lines(20_000))).isEqualTo(20_000);
    assertThat(count()).isEqualTo(20_000);
  }

  @Test
  void copiesNoData() {
    assertThat(copy(COPY, Flux.empty())).isZero();
  }

  @Test
  void tellsTheLineThatTheDatabaseRefused() {
    Flux<ByteBuffer> data =
        lines(20_000)
            .concatWithValues(line("x\ty"))
            .concatWith(lines(20_000))
            .concatWith(Flux.never());
    assertThatThrownBy(() -> copy(COPY, data))
        .isInstanceOfSatisfying(
            BatchFailedException.class,
            error -> {
              assertThat(error.getSqlState()).isEqualTo("22P02");
              assertThat(error.firstRow()).isEqualTo(20_001).isEqualTo(error.lastRow());
              assertThat(error.getCause()).isInstanceOf(R2dbcException.class);
            });
    assertThat(count()).isZero();
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }

  @Test
  void passesTheErrorOfThePublisherOn() {
    assertThatThrownBy(
            () -> copy(COPY, lines(9_000).concatWith(Flux.error(new IllegalStateException("no")))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }

  static Stream<Function<Session, Publisher<?>>> statements() {
    String in = " /* c */ copy item from STDIN";
    String out = "SELECT 1; COPY item TO STDOUT";
    return Stream.of(
        s -> s.execute(in),
        s -> s.execute(out),
        s -> s.query(in, row -> 1),
        s -> s.query(out, row -> 1),
        s -> s.batch(in, Flux.just(new Object[0], new Object[0])),
        s -> s.connection().createStatement(in).execute(),
        s -> s.connection().createStatement(out).execute(),
        s -> s.connection().createBatch().add("SELECT 1").add(in).execute());
  }

  @ParameterizedTest
  @MethodSource("statements")
  void refusesACopyAsAStatement(Function<Session, Publisher<?>> statement) {
    for (SessionOptions options :
        List.of(SessionOptions.standard(), SessionOptions.standard().readOnly())) {
      assertThatThrownBy(
              () ->
                  manager
                      .inSession(options, s -> Flux.from(statement.apply(s)).then())
                      .as(TestDatabase::await))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "session 'session' runs no COPY (FROM STDIN as a statement: use session.copyIn"
                  + "|TO STDOUT: stream the rows of a query instead)");
    }
    assertThat(manager.stats().acquired()).isZero();
  }

  @Test
  void goesOnBehindARefusedCopy() {
    Long copied =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    s.execute("COPY item FROM STDIN")
                        .onErrorResume(
                            IllegalArgumentException.class, error -> s.copyIn(COPY, lines(2))))
            .as(TestDatabase::await);
    assertThat(copied).isEqualTo(2);
  }

  @Test
  void passesACopyOfTheServersFilesOn() {
    assertState("58P01", () -> execute("COPY item FROM '/no/such/file'"));
    assertThat(execute("COPY item TO PROGRAM 'cat > /dev/null'")).isZero();
  }

  private Long execute(String sql) {
    return manager
        .inSession(SessionOptions.standard(), s -> s.execute(sql))
        .as(TestDatabase::await);
  }

  @Test
  void refusesAnotherTextThanOneCopyFromTheClient() {
    for (String sql :
        List.of(
            "INSERT INTO item VALUES (1)",
            "COPY item TO STDOUT",
            "COPY item FROM '/file'",
            COPY + "; INSERT INTO item VALUES (1)")) {
      assertThatThrownBy(() -> copy(sql, lines(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("copies by one COPY … FROM STDIN, not by");
    }
    assertThat(count()).isZero();
  }

  @Test
  void endsWhenTheTextIsRefused() {
    assertState("42P01", () -> copy("COPY missing FROM STDIN", lines(9).concatWith(Flux.never())));
    assertState("42601", () -> copy("COPY item item FROM STDIN", Flux.never()));
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }

  private static void assertState(String state, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            R2dbcException.class, error -> assertThat(error.getSqlState()).isEqualTo(state));
  }

  @Test
  void goesOnBehindACopyThatWasCancelledInASavepoint() {
    Flux<ByteBuffer> endless = lines(9_000).concatWith(Flux.never());
    Long copied =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    TestDatabase.pid(s)
                        .then(
                            s.savepoint(part -> part.copyIn(COPY, endless))
                                .timeout(Duration.ofMillis(300), s.copyIn(COPY, lines(5)))))
            .as(TestDatabase::await);
    assertThat(copied).isEqualTo(5);
    assertThat(count()).isEqualTo(5);
  }

  @Test
  void meetsTheDeadlineOnACleanConnection() {
    Integer before = TestDatabase.pid(manager, SessionOptions.standard());
    SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofMillis(300)));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(options, s -> s.copyIn(COPY, lines(9_000).concatWith(Flux.never())))
                    .as(TestDatabase::await))
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("while running \"COPY item (id, name) FROM STDIN\"");
    assertThat(count()).isZero();
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isEqualTo(before);
  }

  @Test
  void endsACopyThatTheWorkLeftBehind() {
    SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofMillis(500)));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        options,
                        s -> {
                          s.copyIn(COPY, Flux.never()).subscribe(n -> {}, error -> {});
                          return Mono.just(1);
                        })
                    .as(TestDatabase::await))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }

  @Test
  void copiesNothingInAReadOnlySessionAndByItselfOutsideATransaction() {
    SessionOptions standard = SessionOptions.standard();
    for (SessionOptions options : List.of(standard.readOnly(), standard.snapshot())) {
      assertState(
          "25006",
          () ->
              manager
                  .inSession(options, s -> s.copyIn(COPY, lines(9).concatWith(Flux.never())))
                  .as(TestDatabase::await));
    }
    assertThat(count()).isZero();
    Long copied =
        manager
            .inSession(standard.outsideTransaction(), s -> s.copyIn(COPY, lines(9)))
            .as(TestDatabase::await);
    assertThat(copied).isEqualTo(9);
    assertThat(count()).isEqualTo(9);
  }

  @Test
  void asksForNoMoreThanTheServerTakes() {
    AtomicLong emitted = new AtomicLong();
    byte[] bytes = ("1\t" + "x".repeat(100_000) + "\n").getBytes(StandardCharsets.UTF_8);
    Flux<ByteBuffer> endless =
        Flux.<ByteBuffer>generate(sink -> sink.next(ByteBuffer.wrap(bytes)))
            .doOnNext(buffer -> emitted.addAndGet(bytes.length));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.until(Deadline.after(Duration.ofMillis(800))),
                        s ->
                            s.execute(
                                    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                                        + " 'BEGIN PERFORM pg_sleep(5); RETURN NULL; END'")
                                .then(
                                    s.execute(
                                        "CREATE TRIGGER slow BEFORE INSERT ON item FOR EACH ROW"
                                            + " EXECUTE FUNCTION slow()"))
                                .then(s.copyIn(COPY, endless)))
                    .as(TestDatabase::await))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(emitted).hasValueLessThan(40L << 20);
  }

  @Test
  void passesAJvmFatalErrorOfThePublisherOn() {
    Flux<ByteBuffer> fatal =
        lines(9)
            .map(
                line -> {
                  throw new StackOverflowError("deep");
                });
    assertThatThrownBy(() -> copy(COPY, fatal)).isInstanceOf(Throwable.class);
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }
}

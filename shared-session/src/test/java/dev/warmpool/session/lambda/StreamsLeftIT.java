package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** A stream that its reader has left is over soon, and is no session that was left running. */
class StreamsLeftIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  /** More than a session takes to drop a connection, less than that and a cancel's answer. */
  private static final Duration LIMIT = Duration.ofMillis(300);

  private static final int TRIES = 5;

  private final EnvironmentDatabase database = new EnvironmentDatabase();
  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
  private final AtomicInteger mapped = new AtomicInteger();
  private SessionManager sessions;

  @BeforeEach
  void start() {
    sessions = database.manager();
    sessions.await(sessions.prime(), BOUND);
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void stop() {
    sessions.quiesce(BOUND).block();
    assertThat(sessions.stats().acquired()).isZero();
    sessions.close(BOUND).block();
    Hooks.resetOnErrorDropped();
    assertThat(dropped).isEmpty();
  }

  private Flux<Integer> rows(SessionOptions options, String sql) {
    return sessions.stream(options, session -> session.query(sql, this::number));
  }

  private Integer number(Row row) {
    mapped.incrementAndGet();
    return row.get(0, Integer.class);
  }

  static Stream<Arguments> readers() {
    SessionOptions standard = SessionOptions.standard();
    List<Function<Flux<Integer>, Mono<?>>> leaving =
        List.of(
            rows -> rows.take(5).collectList(),
            Flux::next,
            rows -> rows.map(n -> Math.floorDiv(n, 0)).then().onErrorComplete(),
            rows -> rows.takeUntilOther(Mono.delay(Duration.ofMillis(20))).then());
    List<String> texts =
        List.of(
            "SELECT i FROM generate_series(1, 100000) i",
            "SELECT i FROM generate_series(1, 2000000) i",
            "SELECT i, repeat('x', 9000) FROM generate_series(1, 2000) i, pg_sleep(0.01 + 0 * i)");
    return Stream.of(standard.readOnly(), standard.snapshot())
        .flatMap(
            options ->
                leaving.stream()
                    .flatMap(
                        leave -> texts.stream().map(text -> Arguments.of(options, leave, text))));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void areOverSoonAndAreNoStrays(
      SessionOptions options, Function<Flux<Integer>, Mono<?>> leave, String text) {
    Duration fastest = left(options, leave, text);
    for (int i = 1; i < TRIES && fastest.compareTo(LIMIT) >= 0; i++) { // a busy machine's own time
      Duration next = left(options, leave, text);
      fastest = next.compareTo(fastest) < 0 ? next : fastest;
    }
    assertThat(fastest).isLessThan(LIMIT);
  }

  /** Leaves a stream; returns how long the invocation takes to end. */
  private Duration left(
      SessionOptions options, Function<Flux<Integer>, Mono<?>> leave, String text) {
    sessions.await(leave.apply(rows(options, text)), BOUND);

    long began = System.nanoTime();
    int strays = EndOfInvocation.end(sessions, EndOfInvocation.MOST);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(strays).isZero();
    assertThat(sessions.stats().sessions()).isZero();
    return took;
  }

  @Test
  void mapsNoRowsForAReaderThatHasLeft() {
    SessionOptions options = SessionOptions.standard().readOnly();
    sessions.await(rows(options, "SELECT generate_series(1, 100000)").next(), BOUND);
    sessions.await(sessions.quiesce(BOUND), BOUND);
    assertThat(mapped).hasValueLessThan(1000);

    Mono<Long> throughTheConnection =
        sessions.inSession(
            options,
            session ->
                Flux.from(
                        session
                            .connection()
                            .createStatement("SELECT generate_series(1, 100000)")
                            .execute())
                    .flatMap(result -> Flux.from(result.map((row, meta) -> number(row))).take(3), 1)
                    .count());
    assertThat(sessions.await(throughTheConnection, BOUND)).isEqualTo(3);
    assertThat(mapped).hasValueLessThan(2000);
  }

  @Test
  void areNoStraysWhileTheyCleanUp() {
    Disposable caller =
        sessions
            .inSession(SessionOptions.standard(), session -> session.execute("SELECT pg_sleep(20)"))
            .subscribe();
    Awaitility.await().until(() -> database.server().states().contains("active"));
    caller.dispose();

    assertThat(sessions.endStrays(origin -> true, Duration.ofMillis(2)).collectList().block(BOUND))
        .isEmpty();
    Awaitility.await().until(() -> sessions.stats().sessions() == 0);
  }
}

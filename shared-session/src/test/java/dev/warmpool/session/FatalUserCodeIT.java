package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends sessions whose work throws errors that Reactor throws on instead of signalling them. */
class FatalUserCodeIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard();

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of("MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
  }

  private static <T> T fatal() {
    throw new NoClassDefFoundError("com/example/Order");
  }

  private static Mono<Long> failingInCancel(Session session) {
    return session.execute("SELECT 1").then(Mono.<Long>never()).doOnCancel(FatalUserCodeIT::fatal);
  }

  private void cancel(Flux<Long> running) {
    Disposable caller = running.subscribe();
    Awaitility.await().until(() -> manager.stats().acquired() == 1);
    caller.dispose();
  }

  @Test
  void endsASessionWhoseWorkFailsInItsCancel() {
    cancel(manager.inSession(STANDARD, FatalUserCodeIT::failingInCancel).flux());
  }

  @Test
  void endsAStreamWhoseWorkFailsInItsCancel() {
    cancel(manager.stream(STANDARD.readOnly(), FatalUserCodeIT::failingInCancel));
  }

  @Test
  void endsASessionWhoseWorkFailsInItsCancelAtTheDeadline() {
    Mono<Long> late =
        manager.inSession(
            STANDARD.by(Deadline.after(Duration.ofMillis(500))), FatalUserCodeIT::failingInCancel);

    assertThatThrownBy(() -> late.block(BOUND)).isInstanceOf(DeadlineExceededException.class);
  }

  static Stream<Function<Result, Flux<?>>> readers() {
    return Stream.of(
        result -> Flux.from(result.map((row, metadata) -> fatal())),
        result -> Flux.from(result.map(row -> fatal())),
        result -> Flux.from(result.filter(segment -> fatal()).map(row -> 1)),
        result -> Flux.from(result.flatMap(segment -> fatal())),
        result -> Flux.from(result.map(row -> 1)).doOnNext(row -> fatal()),
        result -> Flux.from(result.map(row -> 1)).doOnComplete(FatalUserCodeIT::fatal));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void failsTheSessionWhoseReaderOfAResultFails(Function<Result, Flux<?>> reader) {
    Mono<Long> read =
        manager.inSession(
            STANDARD,
            session ->
                Flux.from(session.connection().createStatement("VALUES (1), (2)").execute())
                    .flatMap(reader)
                    .count());

    assertThatThrownBy(() -> read.block(BOUND))
        .isInstanceOf(WorkFailedException.class)
        .hasMessageContaining("com/example/Order");
    assertThat(manager.inSession(STANDARD, TestDatabase::pid).block(BOUND)).isPositive();
  }
}

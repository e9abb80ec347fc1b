package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** Many sessions that wait for one connection and fail as soon as they have it. */
class WaitingSessionsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard();
  private static final Duration POLL = Duration.ofMillis(10);

  /** More than the stack could hold if each ran the next one inside itself. */
  private static final int SESSIONS = 10_000;

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of("MAX_OVERFLOW", "0", "POOL_TIMEOUT", "60"));
  }

  /** The errors of the sessions that wait until the first one has run this and ended. */
  private List<Class<?>> errors(Mono<Void> atTheEnd, Object... values) {
    Mono<Void> allWait =
        Flux.interval(POLL).takeUntil(i -> manager.stats().pending() == SESSIONS).then();
    Mono<Long> first =
        manager.inSession(
            STANDARD, s -> s.execute("SELECT 1").delayUntil(rows -> allWait.then(atTheEnd)));
    Mono<Class<?>> waiting =
        manager
            .inSession(STANDARD, s -> s.execute("SELECT 1", values))
            .<Class<?>>map(rows -> Long.class)
            .onErrorResume(error -> Mono.just(error.getClass()));
    Flux<Class<?>> all = Flux.range(0, SESSIONS).flatMap(i -> waiting, SESSIONS);
    Mono<List<Class<?>>> kinds = all.distinct().collectList();
    return Mono.zip(first, kinds).map(Tuple2::getT2).block(BOUND);
  }

  private void assertNothingIsHeld() {
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().pending()).isZero();
  }

  @Test
  void failEachWithValuesThatDoNotFit() {
    assertThat(errors(Mono.empty(), "one too many"))
        .containsExactly(IllegalArgumentException.class);

    assertNothingIsHeld();
    assertThat(manager.inSession(STANDARD, TestDatabase::pid).block(BOUND)).isPositive();
    TestDatabase.end(manager);
  }

  @Test
  void failEachWhenTheManagerIsClosed() {
    assertThat(errors(manager.close(Duration.ZERO))).containsExactly(SessionClosedException.class);

    assertNothingIsHeld();
  }
}

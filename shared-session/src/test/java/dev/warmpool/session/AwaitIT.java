package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Callers that run the connections' event loop while they wait for a result. */
class AwaitIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard();
  private static final Duration SHORT = Duration.ofMillis(200);

  /** Time for the end of a connection to arrive while no thread runs the loop. */
  private static final Duration ARRIVAL = Duration.ofMillis(20);

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of("POOL_SIZE", "4", "POOL_TIMEOUT", "20"));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
  }

  private static Mono<String> threadOf(Session session) {
    return session.query("SELECT 1", row -> Thread.currentThread().getName(), new Object[0]).next();
  }

  private Mono<Long> sleeping(String seconds) {
    return manager.inSession(STANDARD, s -> s.execute("SELECT pg_sleep(" + seconds + ")"));
  }

  /** Repeated, because the background thread may still run the loop for an earlier test. */
  @Test
  void runsTheSessionOnTheCallersThread() {
    Mono<String> worker = manager.inSession(STANDARD, AwaitIT::threadOf);
    String caller = Thread.currentThread().getName();

    Awaitility.await()
        .pollInSameThread()
        .untilAsserted(() -> assertThat(TestDatabase.await(worker)).isEqualTo(caller));
  }

  @Test
  void givesEachOfManyCallersItsOwnResult() {
    Set<Integer> results = ConcurrentHashMap.newKeySet();

    CompletableFuture.allOf(
            IntStream.range(0, 400)
                .mapToObj(
                    i ->
                        CompletableFuture.runAsync(
                            () -> results.add(TestDatabase.await(echoed(i))),
                            Schedulers.boundedElastic()::schedule))
                .toArray(CompletableFuture[]::new))
        .join();

    assertThat(results).hasSize(400);
  }

  private Mono<Integer> echoed(int i) {
    SessionOptions options = i % 2 == 0 ? STANDARD : STANDARD.readOnly();
    return manager.inSession(
        options, s -> s.query("SELECT $1::int", row -> row.get(0, Integer.class), i).single());
  }

  @Test
  void returnsBeforeAnotherCallersSessionHasEnded() {
    CompletableFuture<Long> other = sleeping("0.3").toFuture();

    assertThat(pid(manager, STANDARD)).isPositive();

    assertThat(other).isNotDone().succeedsWithin(BOUND);
  }

  @Test
  void runsTheLoopInTheBackgroundWithoutACaller() {
    assertThat(manager.inSession(STANDARD, AwaitIT::threadOf).block(BOUND))
        .isEqualTo("warmpool-loop");
  }

  @Test
  void noticesAClosedConnectionBeforeUsingIt() {
    try (WireProxy proxy = WireProxy.to(DATABASE.server().port())) {
      SessionManager proxied =
          DATABASE.manager("public", Map.of("POSTGRES_PORT", Integer.toString(proxy.port())));
      for (int i = 0; i < 20; i++) {
        Integer before = pid(proxied, STANDARD);
        proxy.cutAll();
        Mono.delay(ARRIVAL).block();

        assertThat(pid(proxied, STANDARD)).isNotEqualTo(before);
      }

      assertThat(proxied.stats().replayed()).isZero();
      TestDatabase.end(proxied);
    }
  }

  @Test
  void returnsNullForAnEmptyResultAndThrowsItsError() {
    Mono<String> nothing = manager.inSession(STANDARD, s -> Mono.empty());
    assertThat(TestDatabase.await(nothing)).isNull();
    assertThatThrownBy(
            () -> TestDatabase.await(manager.inSession(STANDARD, s -> s.execute("SELECT 1/0"))))
        .isInstanceOf(R2dbcException.class)
        .hasMessage("division by zero");
    assertThatThrownBy(
            () ->
                TestDatabase.await(
                    manager.inSession(STANDARD, s -> Mono.error(new IOException("x")))))
        .hasCause(new IOException("x"));
  }

  @Test
  void rollsBackAtTheLimit() {
    long began = System.nanoTime();

    assertThatThrownBy(() -> manager.await(sleeping("20"), SHORT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no result within 200 ms: it is cancelled");

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void rollsBackWhenTheCallerIsInterrupted() {
    Thread caller = Thread.currentThread();
    Schedulers.parallel().schedule(caller::interrupt, SHORT.toMillis(), TimeUnit.MILLISECONDS);

    assertThatThrownBy(() -> TestDatabase.await(sleeping("15")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("interrupted while waiting for a result, which is cancelled");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(TestDatabase.await(manager.quiesce(SHORT.multipliedBy(5)))).isTrue();
  }

  @Test
  void refusesToBlockTheThreadThatRunsTheLoop() {
    assertThatThrownBy(() -> TestDatabase.await(insideASession(() -> pid(manager, STANDARD))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("waiting is not possible in ")
        .hasMessageEndingWith(
            ", which does the work that would be waited for: return the publisher instead");
    assertThatThrownBy(() -> TestDatabase.await(insideASession(sleeping("0")::block)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("block");
  }

  private Mono<Object> insideASession(Callable<?> work) {
    return manager.inSession(
        STANDARD, s -> s.execute("SELECT 1").then(Mono.fromCallable(work).cast(Object.class)));
  }

  @Test
  void returnsAResultThatEndsOnAnotherThread() {
    Mono<String> elsewhere = Mono.delay(SHORT).map(i -> Thread.currentThread().getName());
    long began = System.nanoTime();

    assertThat(manager.await(elsewhere, BOUND)).startsWith("parallel");

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND.dividedBy(2));
  }
}

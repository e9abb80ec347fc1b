package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** Ends sessions that a handler leaves running when it returns. */
class EndOfInvocationIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private final EnvironmentDatabase database = new EnvironmentDatabase();
  private SessionManager sessions;

  @BeforeEach
  void start() {
    database.server().execute("CREATE TABLE IF NOT EXISTS stray_it (n int); TRUNCATE stray_it");
    sessions = database.manager();
  }

  /** Quiesces first: a connection that arrives after its session has ended is acquired briefly. */
  @AfterEach
  void stop() {
    sessions.quiesce(BOUND).block();
    long acquired = sessions.stats().acquired();
    sessions.close(BOUND).block();
    assertThat(acquired).isZero();
  }

  /** A session that runs one statement and never ends by itself. */
  private Mono<Long> endless() {
    return sessions.inSession(
        SessionOptions.standard().named("stray"),
        session -> session.execute("INSERT INTO stray_it VALUES (1)").then(Mono.never()));
  }

  private void awaitInsert() {
    Awaitility.await().until(() -> database.server().states().contains("idle in transaction"));
  }

  @Test
  void endsNoSessionIfTheHandlerHasWaited() {
    sessions.inSession(SessionOptions.standard(), session -> session.execute("SELECT 1")).block();
    assertThat(EndOfInvocation.end(sessions, EndOfInvocation.MOST)).isZero();
    assertThat(sessions.stats().idle()).isEqualTo(1);
  }

  @Test
  void rollsBackAnUnawaitedSession() {
    List<Throwable> errors = new ArrayList<>();
    endless().subscribe(ignored -> {}, errors::add);
    awaitInsert();
    assertThat(EndOfInvocation.end(sessions, EndOfInvocation.MOST)).isEqualTo(1);
    assertThat(database.server().column("SELECT n FROM stray_it")).isEmpty();
    assertThat(database.server().states()).doesNotContain("idle in transaction", "active");
    assertThat(errors).hasSize(1);
  }

  @Test
  void endsAnUnawaitedStatementInOneFlight() {
    List<Throwable> errors = new ArrayList<>();
    sessions
        .execute(
            SessionOptions.standard(), "INSERT INTO stray_it SELECT 1 FROM pg_sleep(60 * $1)", 1)
        .subscribe(ignored -> {}, errors::add);
    Awaitility.await().until(() -> database.server().states().contains("active"));

    assertThat(EndOfInvocation.end(sessions, EndOfInvocation.MOST)).isEqualTo(1);

    sessions.quiesce(BOUND).block();
    assertThat(sessions.stats().sessions()).isZero();
    assertThat(errors).hasSize(1);
    Awaitility.await().until(() -> !database.server().states().contains("active"));
    assertThat(database.server().column("SELECT n FROM stray_it")).isEmpty();
  }

  @Test
  void endsAStreamThatIsNotReadToItsEnd() {
    BaseSubscriber<Integer> reader =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
          }

          @Override
          protected void hookOnError(Throwable error) {
            // expected: the session is ended
          }
        };
    sessions.stream(
            SessionOptions.standard().snapshot(),
            session ->
                session.query(
                    "SELECT generate_series(1, 100000)", row -> row.get(0, Integer.class)))
        .subscribe(reader);
    Awaitility.await().until(() -> sessions.stats().acquired() == 1);
    assertThat(EndOfInvocation.end(sessions, EndOfInvocation.MOST)).isEqualTo(1);
    assertThat(sessions.stats().acquired()).isZero();
    Awaitility.await() // its connection was closed, and the server ends the process soon
        .until(() -> !database.server().states().contains("idle in transaction"));
    reader.dispose();
  }

  @Test
  void doesNotCountASessionThatIsBeingCleanedUp() {
    Disposable caller = endless().subscribe();
    awaitInsert();
    caller.dispose();
    assertThat(EndOfInvocation.end(sessions, EndOfInvocation.MOST)).isZero();
    assertThat(sessions.stats().acquired()).isZero();
  }

  @Test
  void reportsWhereTheSessionWasBegun() {
    sessions
        .inSession(
            SessionOptions.standard().named("stray"),
            session -> session.execute("SELECT 1").then(Mono.never()))
        .subscribe(ignored -> {}, error -> {});
    List<SessionOrigin> origins =
        sessions.endStrays(origin -> true, EndOfInvocation.MOST).collectList().block();
    assertThat(origins).hasSize(1);
    assertThat(origins.get(0)).hasMessage("session 'stray' was begun here");
    assertThat(origins.get(0).getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("reportsWhereTheSessionWasBegun"));
  }

  /** A statement that is running has 30 ms to end by itself before it is cancelled. */
  @Test
  void returnsAtTheLimitWhileACleanUpGoesOn() {
    sessions
        .inSession(SessionOptions.standard(), session -> session.execute("SELECT pg_sleep(60)"))
        .subscribe(ignored -> {}, error -> {});
    Awaitility.await().until(() -> database.server().states().contains("active"));
    assertThat(EndOfInvocation.end(sessions, Duration.ofMillis(4))).isEqualTo(1);
    assertThat(sessions.stats().sessions()).isEqualTo(1);
  }

  @Test
  void leavesTheSessionsOfOtherInvocationsAlone() throws InterruptedException {
    Thread other = new Thread(() -> endless().subscribe(ignored -> {}, error -> {}));
    other.start();
    other.join();
    Thread own = Thread.currentThread();
    assertThat(
            EndOfInvocation.end(sessions, EndOfInvocation.MOST, origin -> origin.thread() == own))
        .isZero();
    assertThat(sessions.stats().sessions()).isEqualTo(1);
    assertThat(
            EndOfInvocation.end(sessions, EndOfInvocation.MOST, origin -> origin.thread() == other))
        .isEqualTo(1);
  }
}

package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.RowCountException;
import dev.warmpool.session.blocking.SessionInterruptedException;
import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Sessions of code that waits. */
class BlockingSessionsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard().named("orders");

  private SessionManager manager;
  private BlockingSessions sessions;

  @BeforeEach
  void start() {
    DATABASE.admin("DROP TABLE IF EXISTS blocking_it; CREATE TABLE blocking_it (id int)");
    manager = DATABASE.manager("public", Map.of("POOL_SIZE", "2", "POOL_TIMEOUT", "20"));
    sessions = manager.blocking();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(Schedulers.isInNonBlockingThread()).isFalse();
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().sessions()).isZero();
    TestDatabase.end(manager);
  }

  private static long count() {
    return DATABASE.number("SELECT count(*) FROM blocking_it");
  }

  private static Integer one(BlockingSession session) {
    return session.query("SELECT 1", row -> row.get(0, Integer.class)).one();
  }

  private static Stream<Integer> numbers(BlockingSession session, int last) {
    return session
        .query("SELECT generate_series(1, $1)", row -> row.get(0, Integer.class), last)
        .stream();
  }

  @Test
  void commitsBeforeItReturns() {
    long rows =
        sessions.inSession(
            STANDARD,
            session -> {
              session.execute("INSERT INTO blocking_it VALUES ($1)", 1);
              return session.execute("INSERT INTO blocking_it VALUES ($1), (3)", 2);
            });

    assertThat(rows).isEqualTo(2);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void passesOnCheckedExceptionsAndRollsBack() {
    IOException thrown = new IOException("x");

    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      throw thrown;
                    }))
        .isSameAs(thrown);

    assertThat(count()).isZero();
  }

  @Test
  void passesOnErrorsThatAreFatalForTheJvm() {
    LinkageError thrown = new LinkageError("x");

    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      throw thrown;
                    }))
        .isSameAs(thrown);

    assertThat(count()).isZero();
  }

  @Test
  void returnsNullOfWorkWithoutAResult() {
    String nothing = sessions.inSession(STANDARD, session -> null);

    assertThat(nothing).isNull();
  }

  @Test
  void readsRowsAsTheyAreExpected() {
    sessions.useSession(
        STANDARD.readOnly(),
        session -> {
          assertThat(one(session)).isEqualTo(1);
          assertThat(session.query("SELECT 1 WHERE false", row -> 1).optional()).isEmpty();
          assertThat(session.query("SELECT 1", row -> 1).optional()).contains(1);
          assertThat(session.query("VALUES (1), (2)", row -> row.get(0)).list())
              .isEqualTo(List.of(1, 2));
          assertThat(numbers(session, 1_000).mapToInt(i -> i).sum()).isEqualTo(500_500);
        });
  }

  @Test
  void saysHowManyRowsThereWere() {
    sessions.useSession(
        STANDARD.readOnly(),
        session -> {
          assertThatThrownBy(() -> session.query("SELECT 1 WHERE false", row -> 1).one())
              .isInstanceOf(RowCountException.class)
              .hasMessage(
                  "session 'orders' asked for one row by \"SELECT … WHERE false\" and got no row:"
                      + " optional() is for that");
          assertThatThrownBy(() -> session.query("VALUES (1), (2), (3)", row -> 1).optional())
              .isInstanceOf(RowCountException.class)
              .hasMessageEndingWith(" and got more than one row: list() is for that");
          assertThat(one(session)).isEqualTo(1);
        });
  }

  @Test
  void undoesWhatFailedInASavepoint() {
    sessions.useSession(
        STANDARD,
        session -> {
          session.execute("INSERT INTO blocking_it VALUES (1)");
          assertThatThrownBy(
                  () ->
                      session.savepoint(
                          part -> {
                            part.execute("INSERT INTO blocking_it VALUES (2)");
                            return part.savepoint(inner -> inner.execute("SELECT 1/0"));
                          }))
              .isInstanceOf(R2dbcException.class)
              .hasMessage("division by zero");
          assertThatThrownBy(() -> session.savepoint(BlockingSessionsIT::failing))
              .isInstanceOf(IOException.class);
          long kept = session.savepoint(part -> part.execute("INSERT INTO blocking_it VALUES (3)"));
          assertThat(kept).isEqualTo(1);
        });

    assertThat(DATABASE.column("SELECT id FROM blocking_it ORDER BY id")).containsExactly("1", "3");
  }

  private static long failing(BlockingSession session) throws IOException {
    session.execute("INSERT INTO blocking_it VALUES (4)");
    throw new IOException("x");
  }

  @Test
  void takesAnotherSessionInsideASession() {
    int sum =
        sessions.inSession(
            STANDARD, outer -> one(outer) + sessions.inSession(STANDARD, inner -> one(inner)));

    assertThat(sum).isEqualTo(2);
  }

  @Test
  void runsReactiveCodeInASession() {
    Integer two =
        sessions.inSession(
            STANDARD,
            session ->
                session.reactive(
                    it -> it.query("SELECT 2", row -> row.get(0, Integer.class)).single()));

    assertThat(two).isEqualTo(2);
  }

  @Test
  void runsTheWorkAgainOnASerializationFailure() {
    AtomicInteger runs = new AtomicInteger();

    sessions.useSession(
        STANDARD.retrying(3),
        session -> {
          session.execute("INSERT INTO blocking_it VALUES ($1)", runs.incrementAndGet());
          if (runs.get() < 3) {
            session.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$");
          }
        });

    assertThat(DATABASE.column("SELECT id FROM blocking_it")).containsExactly("3");
  }

  @Test
  void endsASessionAtItsDeadline() {
    long began = System.nanoTime();

    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD.by(Deadline.after(Duration.ofMillis(200))),
                    session -> session.execute("SELECT pg_sleep(5)")))
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessage(
            "session 'orders' was not over at its deadline, while running \"SELECT pg_sleep(…)\":"
                + " it has been rolled back");

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(600));
  }

  @Test
  void endsASessionWhoseWorkPassedTheDeadline() {
    AtomicReference<Throwable> seen = new AtomicReference<>();
    sessions.inSession(STANDARD, BlockingSessionsIT::one); // leaves a warm connection

    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD.by(Deadline.after(Duration.ofMillis(800))),
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      Mono.delay(Duration.ofMillis(1_000)).block();
                      try {
                        one(session);
                      } catch (RuntimeException error) {
                        seen.set(error);
                      }
                    }))
        .isInstanceOf(DeadlineExceededException.class);

    assertThat(seen.get()).isInstanceOf(DeadlineExceededException.class);
    assertThat(count()).isZero();
  }

  private static void interruptSoon() {
    Thread caller = Thread.currentThread();
    Schedulers.parallel().schedule(caller::interrupt, 200, TimeUnit.MILLISECONDS);
  }

  @Test
  void rollsBackWhenItsThreadIsInterrupted() {
    AtomicReference<Throwable> later = new AtomicReference<>();

    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      interruptSoon();
                      try {
                        session.savepoint(part -> part.execute("SELECT pg_sleep(15)"));
                      } catch (SessionInterruptedException e) {
                        try {
                          one(session);
                        } catch (SessionInterruptedException again) {
                          later.set(again);
                        }
                      }
                    }))
        .isInstanceOf(SessionInterruptedException.class)
        .hasMessage("session 'orders' was interrupted: it has been rolled back");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(later.get()).isNotNull();
    assertThat(manager.stats().sessions()).isZero();
    assertThat(count()).isZero();
  }

  /** It is rolled back before the work hears of the interrupt. */
  @Test
  void rollsBackThoughTheWorkForgetsTheInterrupt() {
    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      Thread.currentThread().interrupt();
                      try {
                        one(session);
                      } catch (SessionInterruptedException e) {
                        Thread.interrupted();
                        assertThat(manager.stats().sessions()).isZero();
                      }
                    }))
        .isInstanceOf(SessionInterruptedException.class);

    assertThat(count()).isZero();
  }

  @Test
  void commitsNothingForAnInterruptedThread() {
    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      Thread.currentThread().interrupt();
                    }))
        .isInstanceOf(SessionInterruptedException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(count()).isZero();
  }

  @Test
  void refusesToWaitWhereTheLoopRuns() {
    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session ->
                        session
                            .query(
                                "SELECT 1",
                                row -> sessions.inSession(STANDARD, BlockingSessionsIT::one))
                            .one()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("waiting is not possible in ");
  }

  @Test
  void letsTheWorkBlockAsItLikes() {
    String thread =
        sessions.inSession(
            STANDARD,
            session -> {
              one(session);
              return Mono.delay(Duration.ofMillis(1))
                  .map(i -> Thread.currentThread().getName())
                  .block();
            });

    assertThat(thread).startsWith("parallel");
  }

  /** A COMMIT that was sent and got no answer would have an unknown outcome. */
  @Test
  void sendsNoCommitOnAConnectionThatWasClosedDuringTheWork() {
    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session -> {
                      session.execute("INSERT INTO blocking_it VALUES (1)");
                      kill(session);
                    }))
        .isInstanceOf(R2dbcException.class)
        .hasMessage("the connection was lost before COMMIT, so nothing was committed");

    assertThat(count()).isZero();
  }

  private static void kill(BlockingSession session) {
    Integer pid = session.query("SELECT pg_backend_pid()", row -> row.get(0, Integer.class)).one();
    DATABASE.admin("SELECT pg_terminate_backend(%d, 10000)".formatted(pid));
  }
}

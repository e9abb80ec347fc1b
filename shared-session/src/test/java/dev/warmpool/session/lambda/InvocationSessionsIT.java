package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.testkit.WireProxy;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The blocking sessions of an invocation end with it. */
class InvocationSessionsIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final SessionOptions STANDARD = SessionOptions.standard();

  private final EnvironmentDatabase database = new EnvironmentDatabase();
  private SessionManager manager;

  @BeforeEach
  void start() {
    database.server().execute("CREATE TABLE IF NOT EXISTS invoked_it (n int); TRUNCATE invoked_it");
    manager = database.manager();
    manager.await(manager.prime(), BOUND);
  }

  @AfterEach
  void stop() {
    manager.quiesce(BOUND).block();
    assertThat(manager.stats().acquired()).isZero();
    manager.close(BOUND).block();
  }

  private BlockingSessions invocation(int millis) {
    return invocation(millis, manager);
  }

  private static BlockingSessions invocation(int millis, SessionManager manager) {
    Context context =
        (Context)
            Proxy.newProxyInstance(
                Context.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (proxy, method, arguments) -> millis);
    return new InvocationSessions(context, manager);
  }

  @Test
  void boundsASessionByTheInvocation() {
    assertThatThrownBy(
            () ->
                invocation(600)
                    .useSession(
                        STANDARD.by(Deadline.after(BOUND)),
                        session -> session.execute("SELECT pg_sleep(10)")))
        .isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void keepsAnEarlierDeadline() {
    assertThatThrownBy(
            () ->
                invocation(60_000)
                    .useSession(
                        STANDARD.by(Deadline.after(Duration.ofMillis(100))),
                        session -> session.execute("SELECT pg_sleep(10)")))
        .isInstanceOf(DeadlineExceededException.class);
  }

  /** On a slow machine, a connection may not have answered lately: the fewest of several count. */
  @Test
  void takesOneRoundTripForOneStatement() {
    WireProxy proxy = WireProxy.to(database.server().port());
    SessionManager counted =
        database.manager(
            Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "OPENING_TIMEOUT", "20"));
    BlockingSessions sessions = invocation(60_000, counted);
    String insert = "INSERT INTO invoked_it VALUES ($1)";
    String select = "SELECT n FROM invoked_it";

    assertThat(fewestRoundTripsOf(proxy, counted, () -> sessions.execute(STANDARD, insert, 1)))
        .isOne();
    assertThat(fewestRoundTripsOf(proxy, counted, () -> sessions.query(STANDARD, select, r -> 1)))
        .isOne();

    counted.close(BOUND).block();
    proxy.close();
  }

  private static int fewestRoundTripsOf(WireProxy proxy, SessionManager sessions, Runnable work) {
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < 20 && fewest > 1; i++) {
      sessions.blocking().useSession(STANDARD, settled -> settled.execute("SELECT 1"));
      fewest = Math.min(fewest, proxy.roundTripsOf(work));
    }
    return fewest;
  }

  @Test
  void boundsOneStatementByTheInvocation() {
    assertThatThrownBy(() -> invocation(600).execute(STANDARD, "SELECT pg_sleep(10)"))
        .isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void endsASessionThatTheWorkLeftRunning() {
    invocation(60_000)
        .useSession(
            STANDARD,
            session -> {
              manager
                  .inSession(
                      STANDARD,
                      stray ->
                          stray
                              .execute("INSERT INTO invoked_it VALUES (1)")
                              .then(Mono.<Long>never()))
                  .subscribe(ignored -> {}, error -> {});
              session.execute("INSERT INTO invoked_it VALUES (2)");
            });

    assertThat(manager.stats().sessions()).isZero();
    assertThat(database.server().column("SELECT n FROM invoked_it")).containsExactly("2");
  }

  @Test
  void leavesTheOuterSessionToItsOwnEnd() {
    BlockingSessions sessions = invocation(60_000);

    sessions.useSession(
        STANDARD,
        outer -> {
          outer.execute("INSERT INTO invoked_it VALUES (1)");
          sessions.useSession(STANDARD, inner -> inner.execute("SELECT 1"));
          outer.execute("INSERT INTO invoked_it VALUES (2)");
        });

    assertThat(database.server().column("SELECT n FROM invoked_it")).containsExactly("1", "2");
  }

  /** As endInvocation does, for a thread that the handler has not waited for. */
  @Test
  void rollsBackASessionWhoseThreadIsElsewhere() throws Exception {
    CountDownLatch inserted = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    Future<?> forgotten =
        other.submit(
            () -> {
              invocation(60_000)
                  .useSession(
                      STANDARD,
                      session -> {
                        session.execute("INSERT INTO invoked_it VALUES (1)");
                        inserted.countDown();
                        ended.await();
                        session.execute("INSERT INTO invoked_it VALUES (2)");
                      });
              return null;
            });
    inserted.await();

    assertThat(EndOfInvocation.end(manager, EndOfInvocation.MOST)).isEqualTo(1);

    assertThat(manager.stats().acquired()).isZero();
    ended.countDown();
    assertThatThrownBy(forgotten::get).hasCauseInstanceOf(CancellationException.class);
    assertThat(database.server().column("SELECT n FROM invoked_it")).isEmpty();
    other.shutdown();
  }
}

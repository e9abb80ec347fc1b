package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Many callers that wait in every way, time out, are interrupted, and lose connections. */
class RandomCallersIT {

  /** A server of its own, so that no other test's connections are on it. */
  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.with(Map.of()));

  private static final int CALLERS = 8;
  private static final int CALLS = 300 * COUNTS;
  private static final int LONGEST_MILLIS = 20;
  private static final Duration KILL_EVERY = Duration.ofMillis(50);

  private final SessionManager manager =
      DATABASE.manager("public", Map.of("POOL_SIZE", "2", "MAX_OVERFLOW", "2"));
  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  @AfterAll
  static void stopServer() {
    DATABASE.server().close();
  }

  /** A way in which a caller waits for a result, or abandons it. */
  private enum Way {
    AWAIT,
    BLOCK,
    GIVE_UP,
    INTERRUPTED,
    LEAVE;

    boolean givesUp() {
      return this != AWAIT && this != BLOCK;
    }

    String result(SessionManager manager, Mono<String> result) {
      Duration moment = Duration.ofMillis(ThreadLocalRandom.current().nextInt(LONGEST_MILLIS));
      return switch (this) {
        case AWAIT -> manager.await(result, BOUND);
        case BLOCK -> result.block(BOUND);
        case GIVE_UP -> manager.await(result, moment);
        case INTERRUPTED -> interrupted(manager, result, moment);
        case LEAVE -> left(result, moment);
      };
    }

    private static String interrupted(
        SessionManager manager, Mono<String> result, Duration moment) {
      Interrupt interrupt = new Interrupt();
      Mono.delay(moment).subscribe(ignored -> interrupt.strike());
      try {
        return manager.await(result, BOUND);
      } finally {
        interrupt.over();
      }
    }

    private static String left(Mono<String> result, Duration moment) {
      Disposable caller = result.subscribe(ignored -> {}, ignored -> {});
      Mono.delay(moment).block();
      caller.dispose();
      throw new IllegalStateException("left");
    }
  }

  /** Interrupts the thread that created it, but not after {@link #over()}. */
  private static final class Interrupt {

    private final Thread thread = Thread.currentThread();
    private boolean over;

    synchronized void strike() {
      if (!over) {
        thread.interrupt();
      }
    }

    synchronized void over() {
      over = true;
      Thread.interrupted();
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void givesEachCallerItsOwnResultOrAnErrorAndLeaksNothing() throws InterruptedException {
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Thread caller = new Thread(this::calls, "caller-" + i);
      caller.start();
      callers.add(caller);
    }
    Disposable killer =
        Flux.interval(KILL_EVERY, Schedulers.boundedElastic())
            .onBackpressureDrop()
            .subscribe(ignored -> killOne());
    for (Thread caller : callers) {
      caller.join();
    }
    killer.dispose();

    assertThat(wrong).isEmpty();
    assertThat(answered).hasPositiveValue();
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().sessions()).isZero();
    Awaitility.await().until(() -> DATABASE.states().stream().allMatch("idle"::equals));
    assertNothingIsHeld();
    TestDatabase.end(manager);
    Awaitility.await().until(() -> DATABASE.states().isEmpty());
  }

  private static void killOne() {
    DATABASE.admin(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'warmpool' ORDER BY random() LIMIT 1");
  }

  /** While the loop is held, a background thread runs it instead of the caller. */
  private void assertNothingIsHeld() {
    String caller = Thread.currentThread().getName();
    Mono<String> driver =
        manager.inSession(
            SessionOptions.standard(),
            session -> session.query("SELECT 1", row -> Thread.currentThread().getName()).single());
    Awaitility.await()
        .pollInSameThread()
        .untilAsserted(() -> assertThat(TestDatabase.await(driver)).isEqualTo(caller));
  }

  private void calls() {
    for (int i = 0; i < CALLS; i++) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      Way way = Way.values()[random.nextInt(Way.values().length)];
      String owner = UUID.randomUUID().toString();
      try {
        String seen = way.result(manager, owned(owner, random.nextInt(4)));
        if (!Objects.equals(seen, owner)) {
          wrong.add(way + " got " + seen + " for " + owner);
        }
        answered.incrementAndGet();
      } catch (RuntimeException error) {
        if (!isExpected(way, error)) {
          wrong.add(way + " got " + error);
        }
      }
    }
  }

  /** Whether the caller gave up or its connection was killed. */
  private static boolean isExpected(Way way, RuntimeException error) {
    return way.givesUp() && error instanceof IllegalStateException
        || error instanceof CommitOutcomeUnknownException
        || error instanceof R2dbcException;
  }

  /** Marks the backend with the owner, then reads the mark: another session would replace it. */
  private Mono<String> owned(String owner, int kind) {
    SessionOptions options = SessionOptions.standard();
    return switch (kind) {
      case 0 -> manager.inSession(options, session -> marked(session, owner));
      case 1 -> manager.inSession(options.readOnly(), session -> marked(session, owner));
      case 2 ->
          manager.inSession(
              options,
              session -> Mono.defer(() -> marked(session, owner)).subscribeOn(elsewhere()));
      default ->
          manager.stream(options.snapshot(), session -> marked(session, owner).repeat(3))
              .publishOn(elsewhere(), 1)
              .take(2)
              .last();
    };
  }

  private static Scheduler elsewhere() {
    return Schedulers.boundedElastic();
  }

  private static Mono<String> marked(Session session, String owner) {
    return session
        .execute("SELECT set_config('random.owner', $1, false)", owner)
        .then(
            session
                .query("SELECT current_setting('random.owner')", row -> row.get(0, String.class))
                .single());
  }
}

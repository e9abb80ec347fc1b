package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.SessionInterruptedException;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Many threads that run blocking sessions at once, and threads that are interrupted. */
class BlockingThreadsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard();
  private static final int SESSIONS = 1_000 * COUNTS;

  private SessionManager manager;

  private BlockingSessions start(int threads) {
    manager =
        DATABASE.manager(
            "public",
            Map.of(
                "AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(threads),
                "POOL_SIZE", "8",
                "POOL_TIMEOUT", "20"));
    return manager.blocking();
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().sessions()).isZero();
    TestDatabase.end(manager);
  }

  private static Integer echoed(BlockingSession session, int i) {
    return session.query("SELECT $1::int", row -> row.get(0, Integer.class), i).one();
  }

  private static Integer handle(BlockingSessions sessions, int i) {
    SessionOptions options = i % 2 == 0 ? STANDARD : STANDARD.readOnly();
    return sessions.inSession(options, session -> echoed(session, echoed(session, i)));
  }

  private static void assertRightResults(ExecutorService threads, BlockingSessions sessions)
      throws Exception {
    List<Callable<Integer>> handlers =
        IntStream.range(0, SESSIONS)
            .<Callable<Integer>>mapToObj(i -> () -> handle(sessions, i))
            .toList();
    List<Future<Integer>> results = threads.invokeAll(handlers, 150, TimeUnit.SECONDS);
    for (int i = 0; i < SESSIONS; i++) {
      assertThat(results.get(i).get()).isEqualTo(i);
    }
  }

  @Test
  void givesEachOf32ThreadsItsResults() throws Exception {
    BlockingSessions sessions = start(32);
    ExecutorService threads = Executors.newFixedThreadPool(32);

    assertRightResults(threads, sessions);

    threads.shutdown();
  }

  /** The recording has each moment in which a virtual thread kept its carrier while it waited. */
  @Test
  @EnabledForJreRange(
      min = JRE.JAVA_21,
      disabledReason = "virtual threads need a JDK of 21 or later")
  void givesEachOf64VirtualThreadsItsResultsWithoutPinningACarrier(@TempDir Path folder)
      throws Exception {
    BlockingSessions sessions = start(64);
    ExecutorService threads =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    handle(sessions, 0); // its classes are loaded, which does pin
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.start();

      assertRightResults(threads, sessions);

      assertThat(pinned(recording, folder.resolve("pinned.jfr"))).isEmpty();
    }
    threads.shutdown();
  }

  private static List<String> pinned(Recording recording, Path file) throws IOException {
    recording.stop();
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream().map(RecordedEvent::toString).toList();
  }

  /** Each thread is interrupted at some moment, or not at all, and marks the backend as its own. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void rollsBackEachSessionThatIsInterruptedAtAnyMoment() throws Exception {
    DATABASE.admin("DROP TABLE IF EXISTS interrupt_it; CREATE TABLE interrupt_it (owner text)");
    WireProxy proxy = WireProxy.to(DATABASE.server().port());
    proxy.delay(Duration.ofMillis(1));
    manager =
        DATABASE.manager(
            "public", Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "POOL_SIZE", "3"));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Interrupts interrupts = new Interrupts(manager.blocking());

    for (Future<Void> done : threads.invokeAll(interrupts.sessions(500 * COUNTS))) {
      done.get();
    }

    threads.shutdown();
    interrupts.timer.shutdown();
    Set<String> found = Set.copyOf(DATABASE.column("SELECT owner FROM interrupt_it"));
    assertThat(found).isEqualTo(interrupts.returned);
    assertThat(interrupts.returned).isNotEmpty();
    assertThat(interrupts.interrupted).doesNotContainAnyElementsOf(found).isNotEmpty();
    assertThat(interrupts.intruders).hasValue(0);
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    proxy.close();
  }

  /** Sessions on threads that are interrupted at random. */
  private static final class Interrupts {

    final Set<String> returned = ConcurrentHashMap.newKeySet();
    final Set<String> interrupted = ConcurrentHashMap.newKeySet();
    final AtomicInteger intruders = new AtomicInteger();
    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BlockingSessions sessions;

    Interrupts(BlockingSessions sessions) {
      this.sessions = sessions;
    }

    List<Callable<Void>> sessions(int count) {
      return IntStream.range(0, count).<Callable<Void>>mapToObj(i -> () -> session(i)).toList();
    }

    private Void session(int i) throws Exception {
      String owner = "owner " + i;
      Thread thread = Thread.currentThread();
      long micros = ThreadLocalRandom.current().nextLong(i % 20 == 0 ? 1 : 40_000);
      Future<?> interrupt =
          i % 10 == 0
              ? timer.submit(() -> {})
              : timer.schedule(thread::interrupt, micros, TimeUnit.MICROSECONDS);
      try {
        sessions.useSession(STANDARD, session -> own(session, owner));
        returned.add(owner);
      } catch (SessionInterruptedException e) {
        assertThat(thread.isInterrupted()).isTrue();
        interrupted.add(owner);
      }
      interrupt.cancel(false);
      while (!interrupt.isDone()) {
        Thread.onSpinWait();
      }
      Thread.interrupted();
      return null;
    }

    private void own(BlockingSession session, String owner) {
      session.execute("SELECT set_config('interrupt.owner', $1, false)", owner);
      session.execute("INSERT INTO interrupt_it VALUES ($1)", owner);
      String mark = "SELECT current_setting('interrupt.owner') FROM generate_series(1, 200)";
      try (Stream<String> marks = session.query(mark, r -> r.get(0, String.class)).stream()) {
        if (!marks.collect(Collectors.toSet()).equals(Set.of(owner))) {
          intruders.incrementAndGet();
        }
      }
    }
  }
}

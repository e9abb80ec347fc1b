package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a read costs in blocking style, in bytes: they vary less than times. */
class BlockingCostIT {

  private static final int WARM_UP = 400;
  private static final int SESSIONS = 300;
  private static final int ROUNDS = 5;
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String SQL = "SELECT $1::int";
  private static final SessionOptions READ = SessionOptions.standard().readOnly();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private SessionManager manager;

  @BeforeEach
  void start() {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_SCHEMA", "public");
    SessionSettings settings = SessionSettings.from(environment);
    manager = SessionManagers.create(settings, PasswordSource.fixed("postgres"));
  }

  @AfterEach
  void close() {
    manager.close(BOUND).block(BOUND);
  }

  private void reactive() {
    manager.await(
        manager.inSession(READ, s -> s.query(SQL, row -> row.get(0, Integer.class), 7).single()),
        BOUND);
  }

  private void blocking() {
    manager
        .blocking()
        .inSession(READ, s -> s.query(SQL, row -> row.get(0, Integer.class), 7).one());
  }

  /** The bytes of a read: the caller's thread runs the event loop, so that it allocates all. */
  private static long bytes(Runnable read) {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    read.run();
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }

  /** An exception with the stack of an event loop would be 1,800 bytes more than the 2,000. */
  @Test
  void allocatesHardlyMoreThanAReactiveRead() {
    LongStream.range(0, WARM_UP).forEach(i -> bytes(i % 2 == 0 ? this::blocking : this::reactive));
    long cost = LongStream.range(0, ROUNDS).map(i -> cost()).min().orElseThrow();

    assertThat(cost).as("bytes").isLessThan(3_000);
  }

  /** What the style adds to the bytes of a read; the fewest of several rounds count. */
  private long cost() {
    long[] reactive = new long[SESSIONS];
    long[] blocking = new long[SESSIONS];
    for (int i = 0; i < SESSIONS; i++) { // in turns, as the compiler goes on
      reactive[i] = bytes(this::reactive);
      blocking[i] = bytes(this::blocking);
    }
    return median(blocking) - median(reactive);
  }

  private static long median(long[] values) {
    return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
  }
}

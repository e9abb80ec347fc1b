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

/**
 * What a listener that does nothing costs a read of one row, in bytes: they vary less than times.
 */
class ListenerCostIT {

  private static final int WARM_UP = 400;
  private static final int SESSIONS = 300;
  private static final int ROUNDS = 5;
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final SessionOptions READ = SessionOptions.standard().readOnly();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private SessionManager without;
  private SessionManager with;

  @BeforeEach
  void start() {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_SCHEMA", "public");
    SessionSettings settings = SessionSettings.from(environment);
    PasswordSource password = PasswordSource.fixed("postgres");
    without = SessionManagers.create(settings, password);
    with = SessionManagers.listening(settings, password, new SessionListener() {});
  }

  @AfterEach
  void close() {
    without.close(BOUND).block(BOUND);
    with.close(BOUND).block(BOUND);
  }

  private static void read(SessionManager manager) {
    manager.await(
        manager.inSession(
            READ, s -> s.query("SELECT $1::int", row -> row.get(0, Integer.class), 7).single()),
        BOUND);
  }

  /** The bytes of a read: the caller's thread runs the event loop, so that it allocates all. */
  private static long bytes(SessionManager manager) {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    read(manager);
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }

  /**
   * A read takes some 190 µs of processor time; to fill 300 bytes takes less than one, and so less
   * than a hundredth. The fewest of several rounds: while the compiler goes on, one of both may be
   * ahead.
   */
  @Test
  void allocatesLessThanAHundredthOfAReadTakesTimeFor() {
    LongStream.range(0, WARM_UP).forEach(i -> bytes(i % 2 == 0 ? with : without));
    long cost = LongStream.range(0, ROUNDS).map(i -> cost()).min().orElseThrow();

    assertThat(cost).as("bytes").isLessThan(300);
  }

  /** What a listener adds to the bytes of a read. */
  private long cost() {
    long[] plain = new long[SESSIONS];
    long[] heard = new long[SESSIONS];
    for (int i = 0; i < SESSIONS; i++) { // in turns, as the compiler goes on
      plain[i] = bytes(without);
      heard[i] = bytes(with);
    }
    return median(heard) - median(plain);
  }

  private static long median(long[] values) {
    return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
  }
}

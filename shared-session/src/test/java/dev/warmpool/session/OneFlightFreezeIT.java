package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes in one flight by a process that is frozen while its connection dies. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are stopped by SIGSTOP")
class OneFlightFreezeIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  /** The library takes a connection that has answered within this time to be alive. */
  private static final Duration WINDOW = Duration.ofMillis(500);

  private static final int TRIES = COUNTS > 1 ? 1_000 / (Death.values().length * 4) : 1;

  private static WireProxy proxy;
  private static Process worker;
  private static BufferedReader answers;
  private static BufferedWriter orders;

  /** What happens to the connection meanwhile. */
  enum Death {
    RESET,
    KILLED,
    BLACK_HOLE,
    NONE;

    void strike(WireProxy proxy) {
      switch (this) {
        case RESET -> proxy.cutAll();
        case KILLED -> DATABASE.killAll();
        case BLACK_HOLE -> proxy.blackHole();
        case NONE -> {
          // the connection is as it was
        }
      }
    }
  }

  @BeforeAll
  static void start() throws IOException {
    proxy = WireProxy.to(DATABASE.server().port());
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS flight_freeze CASCADE; CREATE SCHEMA flight_freeze;"
            + "CREATE TABLE flight_freeze.landed (id text)");
    Map<String, String> environment = new HashMap<>(DATABASE.server().environment());
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POSTGRES_SCHEMA", "flight_freeze");
    environment.put("OPENING_TIMEOUT", "0.2");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FlightWorker.class.getName());
    builder.environment().putAll(environment);
    worker = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    answers = worker.inputReader(StandardCharsets.UTF_8);
    orders = worker.outputWriter(StandardCharsets.UTF_8);
  }

  @AfterAll
  static void stop() {
    worker.destroyForcibly().onExit().join();
    proxy.close();
  }

  private static void order(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
  }

  private static String answer(String order) throws IOException {
    order(order);
    return answers.readLine();
  }

  private static void frozen(Death death, Duration time) {
    TestDatabase.signal("STOP", worker.pid());
    death.strike(proxy);
    LockSupport.parkNanos(time.toNanos());
    TestDatabase.signal("CONT", worker.pid());
  }

  private static long applied(String id) {
    return DATABASE.number("SELECT count(*) FROM flight_freeze.landed WHERE id = '" + id + "'");
  }

  static Stream<Arguments> deaths() {
    Stream<Duration> frozen = Stream.of(10L, 400L, 600L, 10_000L).map(Duration::ofMillis);
    return frozen
        .filter(time -> COUNTS > 1 || time.toSeconds() < 10)
        .flatMap(time -> Stream.of(Death.values()).map(death -> Arguments.of(death, time)));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void areAppliedOnceOrUnknownBehindAFreeze(Death death, Duration time) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      String id = UUID.randomUUID().toString();
      assertThat(answer("prime")).isEqualTo("done");
      frozen(death, time);

      String outcome = answer("write " + id);

      assertThat(outcome).isIn("done", "unknown");
      assertThat(applied(id)).isBetween(outcome.equals("done") ? 1L : 0, 1L);
      if (death == Death.NONE || time.compareTo(WINDOW) > 0) {
        assertThat(outcome).isEqualTo("done");
      }
    }
  }

  /** Frozen at any moment, from before the statement is sent until after its answer was read. */
  @ParameterizedTest
  @EnumSource(Death.class)
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void areAppliedOnceOrUnknownIfFrozenInFlight(Death death) throws IOException {
    for (int i = 0; i < 10 * TRIES; i++) {
      String id = UUID.randomUUID().toString();
      assertThat(answer("prime")).isEqualTo("done");
      order("write " + id);
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(4_000_000));
      frozen(death, Duration.ofMillis(20));

      String outcome = answers.readLine();

      assertThat(outcome).isIn("done", "unknown");
      assertThat(applied(id)).isBetween(outcome.equals("done") ? 1L : 0, 1L);
    }
  }

  @ParameterizedTest
  @EnumSource(Death.class)
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void neverFailIfTheyMayBeRepeated(Death death) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      String id = UUID.randomUUID().toString();
      assertThat(answer("prime")).isEqualTo("done");
      frozen(death, Duration.ofMillis(10));

      assertThat(answer("repeat " + id)).isEqualTo("done");
      assertThat(applied(id)).isBetween(1L, 2L);
    }
  }
}

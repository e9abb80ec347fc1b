package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** How attempts to connect end, and what is left of those that fail. */
class ConnectAttemptIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions OPTIONS = SessionOptions.standard();

  /** Shorter than the silence after which an attempt ends by itself, 5 s. */
  private static final int SOON_MILLIS = 3_000;

  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

  @BeforeEach
  void watch() {
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void nothingIsDropped() {
    Hooks.resetOnErrorDropped();
    assertThat(dropped).isEmpty();
  }

  private static SessionManager manager(int port, String loop, String timeout) {
    return manager(PasswordSource.fixed("postgres"), port, loop, timeout);
  }

  private static SessionManager manager(
      PasswordSource passwords, int port, String loop, String timeout) {
    Map<String, String> environment = new HashMap<>(DATABASE.server().environment());
    environment.put("WARMPOOL_LOOP", loop);
    environment.put("POSTGRES_PORT", Integer.toString(port));
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POOL_TIMEOUT", timeout);
    return SessionManagers.create(SessionSettings.from(environment), passwords);
  }

  private static Disposable connect(SessionManager manager) {
    return manager.inSession(OPTIONS, TestDatabase::pid).subscribe(ignored -> {}, ignored -> {});
  }

  private static void assertClosedSoon(Socket client) throws IOException {
    assertThat(SilentServer.isClosedWithin(client, SOON_MILLIS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void closesTheSocketWhenTheTimeToWaitIsOver(String loop) throws Exception {
    try (SilentServer server = SilentServer.accepting()) {
      SessionManager manager = manager(server.port(), loop, "0.2");
      connect(manager);
      assertClosedSoon(server.client());
      assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
      TestDatabase.end(manager);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  @EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are counted in /proc")
  void leavesNoSocketToAServerThatCannotBeReached(String loop) {
    try (SilentServer server = SilentServer.unreachable()) {
      SessionManager manager = manager(server.port(), loop, "0.2");
      assertThatThrownBy(() -> manager.inSession(OPTIONS, TestDatabase::pid).block(BOUND))
          .hasMessageContaining("waited for a TCP connection");
      Awaitility.await().atMost(BOUND).until(() -> connecting(server.port()) == 0);
      assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
      TestDatabase.end(manager);
    }
  }

  /** The number of sockets of this machine that wait for the port's answer to their SYN. */
  private static long connecting(int port) throws IOException {
    List<String> sockets = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    Path second = Path.of("/proc/net/tcp6");
    sockets.addAll(Files.exists(second) ? Files.readAllLines(second) : List.of());
    Pattern synSent = Pattern.compile(".*:%04X 02 .*".formatted(port));
    return sockets.stream().filter(line -> synSent.matcher(line).matches()).count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void closesTheSocketWhenTheCallerHasCancelled(String loop) throws Exception {
    try (SilentServer server = SilentServer.accepting()) {
      SessionManager manager = manager(server.port(), loop, "60");
      Disposable caller = connect(manager);
      Socket client = server.client();
      caller.dispose();
      assertClosedSoon(client);
      assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
      TestDatabase.end(manager);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void closesTheSocketWhenTheManagerIsClosed(String loop) throws Exception {
    try (SilentServer server = SilentServer.accepting()) {
      SessionManager manager = manager(server.port(), loop, "60");
      Mono<Integer> session = manager.inSession(OPTIONS, TestDatabase::pid).cache();
      session.subscribe(ignored -> {}, ignored -> {});
      Socket client = server.client();
      manager.close(Duration.ZERO).block(BOUND);
      assertClosedSoon(client);
      assertThatThrownBy(() -> session.block(BOUND)).isInstanceOf(SessionClosedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void beginsAnewWhenTheManagerIsRenewed(String loop) throws Exception {
    try (SilentServer server = SilentServer.accepting()) {
      SessionManager manager = manager(server.port(), loop, "60");
      connect(manager);
      Socket client = server.client();
      manager.renew(Duration.ZERO).block(BOUND);
      assertClosedSoon(client);
      assertThat(server.client()).isNotNull();
      manager.close(Duration.ZERO).block(BOUND);
    }
  }

  /** The server's error is all that it sends: it does not close the connection. */
  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void closesTheSocketOfAServerThatRefuses(String loop) throws Exception {
    try (SilentServer server = SilentServer.answering(error("3D000", "no such database"))) {
      SessionManager manager = manager(server.port(), loop, "60");
      connect(manager);
      assertClosedSoon(server.client());
      TestDatabase.end(manager);
    }
  }

  private static byte[] error(String state, String message) throws IOException {
    byte[] fields =
        ("SFATAL\0VFATAL\0C" + state + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream answer = new DataOutputStream(bytes);
    answer.writeByte('E');
    answer.writeInt(4 + fields.length);
    answer.write(fields);
    return bytes.toByteArray();
  }

  /** Keeps the thread that connects busy, as loading classes does. */
  private record Busy(Duration time) implements PasswordSource {

    @Override
    public Mono<Credentials> credentials() {
      long until = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      return Mono.just(new Credentials(null, "postgres"));
    }

    @Override
    public boolean forget(Credentials refused) {
      return false;
    }

    @Override
    public void forgetAll() {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void doesNotCountTheTimeInWhichTheProcessIsBusy(String loop) {
    SessionManager manager =
        manager(new Busy(Duration.ofSeconds(1)), DATABASE.server().port(), loop, "0.3");
    Integer pid = TestDatabase.await(manager.inSession(OPTIONS, TestDatabase::pid));
    assertThat(pid).isPositive();
    TestDatabase.end(manager);
  }

  /** The answers together take longer than POOL_TIMEOUT, each of them less. */
  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void waitsForAnAttemptThatMakesProgress(String loop) {
    try (WireProxy proxy = WireProxy.to(DATABASE.server().port())) {
      proxy.delay(Duration.ofMillis(150));
      SessionManager manager = manager(proxy.port(), loop, "0.4");
      SessionOptions first = OPTIONS.by(Deadline.after(BOUND));
      assertThat(TestDatabase.pid(manager, first)).isPositive();
      TestDatabase.end(manager);
    }
  }

  /** A connection arrives before, at and after the moment at which its attempt is given up. */
  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void losesNoConnectionThatArrivesAsItIsGivenUp(String loop) {
    try (WireProxy proxy = WireProxy.to(DATABASE.server().port())) {
      SessionManager manager = manager(proxy.port(), loop, "10");
      for (int i = 0; i < 40 * TestDatabase.COUNTS; i++) {
        Mono<Integer> session = manager.inSession(OPTIONS, TestDatabase::pid).cache();
        session.subscribe();
        Mono.delay(Duration.ofMillis(ThreadLocalRandom.current().nextInt(12)))
            .then(manager.renew(Duration.ZERO))
            .block(BOUND);
        assertThat(session.block(BOUND)).isPositive();
        assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
        assertThat(manager.stats().acquired()).isZero();
      }
      manager.renew(BOUND).block(BOUND);
      Awaitility.await().untilAsserted(() -> assertThat(proxy.connections()).isZero());
      TestDatabase.end(manager);
    }
  }
}

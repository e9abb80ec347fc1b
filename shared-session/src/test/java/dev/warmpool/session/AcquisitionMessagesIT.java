package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** What a session without a connection has waited for, to the letter. */
class AcquisitionMessagesIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions OPTIONS = SessionOptions.standard();

  /** The limit is 200 ms; on a busy machine it takes longer. */
  private static final Duration AT_MOST = Duration.ofSeconds(3);

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

  private static SessionManager manager(
      String loop, PasswordSource passwords, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(DATABASE.server().environment());
    environment.put("WARMPOOL_LOOP", loop);
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POOL_TIMEOUT", "0.2");
    environment.putAll(changes);
    if (changes.containsKey("POSTGRES_SECRET_ARN")) {
      environment.remove("POSTGRES_PASSWORD");
    }
    return SessionManagers.create(SessionSettings.from(environment), passwords);
  }

  private static SessionUnavailableException failure(SessionManager manager) {
    SessionUnavailableException error =
        catchThrowableOfType(
            SessionUnavailableException.class,
            () -> manager.inSession(OPTIONS, TestDatabase::pid).block(BOUND));
    assertThat(error).isNotNull();
    assertThat(error.waited()).isBetween(Duration.ofMillis(190), AT_MOST);
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    return error;
  }

  private static String connecting(String waitedFor) {
    return "no connection within 200 ms (POOL_TIMEOUT): 0 of 2 in use, 1 being opened, 0 idle,"
        + " 0 waiting; waited for "
        + waitedFor;
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void nameTheConnection(String loop) {
    try (SilentServer server = SilentServer.unreachable()) {
      SessionUnavailableException error = failure(to(server, loop, Map.of()));

      assertThat(error)
          .hasMessage(connecting("a TCP connection to 127.0.0.1:" + server.port()))
          .hasNoCause();
      assertThat(error.stats().sessions()).isOne();
    }
  }

  private static SessionManager to(SilentServer server, String loop, Map<String, String> changes) {
    Map<String, String> all = new HashMap<>(changes);
    all.put("POSTGRES_PORT", Integer.toString(server.port()));
    return manager(loop, PasswordSource.fixed("postgres"), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void nameTheEncryption(String loop) {
    try (SilentServer server = SilentServer.accepting()) {
      assertThat(failure(to(server, loop, Map.of("POSTGRES_SSL_MODE", "require"))))
          .hasMessage(connecting("TLS with 127.0.0.1:" + server.port()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void nameTheAnswer(String loop) {
    try (SilentServer server = SilentServer.accepting()) {
      assertThat(failure(to(server, loop, Map.of())))
          .hasMessage(connecting("the answer of 127.0.0.1:" + server.port() + " to the start-up"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void nameThePassword(String loop) {
    assertThat(failure(manager(loop, new Unending(), Map.of())))
        .hasMessage(connecting("a password"));
    assertThat(failure(manager(loop, new Unending(), Map.of("POSTGRES_SECRET_ARN", "db"))))
        .hasMessage(connecting("a password from Secrets Manager"));
  }

  /** A source that never gives a password. */
  private record Unending() implements PasswordSource {

    @Override
    public Mono<Credentials> credentials() {
      return Mono.never();
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
  void nameThePlace(String loop) {
    SessionManager manager =
        manager(
            loop,
            PasswordSource.fixed("postgres"),
            Map.of("MAX_OVERFLOW", "0", "POOL_TIMEOUT", "0.4"));
    Mono<SessionUnavailableException> second =
        manager
            .inSession(OPTIONS, TestDatabase::pid)
            .then(Mono.<SessionUnavailableException>empty())
            .onErrorResume(SessionUnavailableException.class, Mono::just);

    SessionUnavailableException error =
        manager.inSession(OPTIONS, first -> TestDatabase.pid(first).then(second)).block(BOUND);

    assertThat(error)
        .hasMessage(
            "no connection within 400 ms (POOL_TIMEOUT): 1 of 1 in use, 0 idle, 1 waiting; waited"
                + " for a place in the pool");
    assertThat(error.stats().sessions()).isEqualTo(2);
    assertThat(error.stats().opened()).isOne();
    TestDatabase.end(manager);
  }

  @Test
  void nameTheDeadline() {
    try (SilentServer server = SilentServer.accepting()) {
      SessionManager manager = to(server, "caller", Map.of("POOL_TIMEOUT", "10"));
      SessionOptions late = OPTIONS.by(Deadline.after(Duration.ofMillis(1_300)));
      Throwable error =
          catchThrowableOfType(
              SessionException.class,
              () -> manager.inSession(late, TestDatabase::pid).block(BOUND));

      assertThat(error)
          .isInstanceOf(SessionUnavailableException.class)
          .hasMessageMatching(
              "no connection within \\d+ ms \\(the session's deadline\\): 0 of 2 in use, 1 being"
                  + " opened, 0 idle, 0 waiting; waited for the answer of 127.0.0.1:\\d+ to the"
                  + " start-up");
      TestDatabase.end(manager);
    }
  }
}

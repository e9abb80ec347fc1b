package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionSettings;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Logging in where the server asks for a password, behind a proxy that counts the attempts. */
class PasswordsIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String REFUSED =
      "the server refused the credentials (SQLSTATE 28P01): check POSTGRES_USER and the password";

  @TempDir private static Path folder;
  private static PostgresServer server;

  private final List<SessionManager> managers = new ArrayList<>();
  private final AtomicReference<String> secret = new AtomicReference<>("s3cret-right");
  private final AtomicInteger fetches = new AtomicInteger();
  private WireProxy proxy;

  @BeforeAll
  static void startServer() throws IOException {
    Path hba = folder.resolve("pg_hba.conf");
    Files.writeString(hba, "host all app all scram-sha-256\nhost all all all trust\n");
    server = PostgresServer.with(Map.of("hba_file", hba.toString()));
    admin("CREATE ROLE app LOGIN");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void start() {
    admin("ALTER ROLE app PASSWORD 's3cret-right'");
    proxy = WireProxy.to(server.port());
  }

  @AfterEach
  void stop() {
    managers.forEach(manager -> manager.close(LIMIT).block(LIMIT));
    await().untilAsserted(() -> assertThat(proxy.openClients()).isZero());
    proxy.close();
  }

  private static void admin(String sql) {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private SessionManager manager(PasswordSource passwords, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POSTGRES_USER", "app");
    environment.put("POSTGRES_SCHEMA", "public");
    environment.putAll(changes);
    SessionManager manager = SessionManager.create(SessionSettings.from(environment), passwords);
    managers.add(manager);
    return manager;
  }

  private PasswordSource cached(Supplier<String> fetch) {
    return new CachedPassword(
        () -> {
          fetches.incrementAndGet();
          return fetch.get();
        },
        Duration.ofHours(1),
        Clock.systemUTC());
  }

  private static String user(SessionManager manager) {
    return manager
        .inSession(
            SessionOptions.standard(),
            s -> s.query("SELECT current_user::text", row -> row.get(0, String.class)).single())
        .block(LIMIT);
  }

  private SessionUnavailableException refusal(PasswordSource passwords, String poolTimeout) {
    SessionManager manager = manager(passwords, Map.of("POOL_TIMEOUT", poolTimeout));
    SessionUnavailableException refusal =
        catchThrowableOfType(SessionUnavailableException.class, () -> user(manager));
    assertThat(manager.stats().acquired()).isZero();
    StringWriter everything = new StringWriter();
    refusal.printStackTrace(new PrintWriter(everything));
    assertThat(everything.toString()).doesNotContain("s3cret");
    return refusal;
  }

  private long logins() {
    return proxy.messages().stream().filter(message -> message.kind() == '*').count();
  }

  @Test
  void triesAWrongPasswordOnce() {
    SessionUnavailableException refusal = refusal(PasswordSource.fixed("s3cret-wrong"), "10");

    assertThat(refusal).hasMessage(REFUSED);
    assertThat(refusal.waited()).isLessThan(Duration.ofSeconds(9));
    assertThat(logins()).isOne();
  }

  @Test
  void triesAWrongPasswordOnceWhereFetchingItAgainGivesTheSame() {
    secret.set("s3cret-wrong");

    assertThat(refusal(cached(secret::get), "10")).hasMessage(REFUSED);
    assertThat(logins()).isOne();
    assertThat(fetches).hasValue(2);
  }

  @Test
  void fetchesARotatedPasswordOnce() {
    PasswordSource passwords = cached(secret::get);
    assertThat(user(manager(passwords, Map.of()))).isEqualTo("app");
    admin("ALTER ROLE app PASSWORD 's3cret-rotated'");
    secret.set("s3cret-rotated");

    assertThat(user(manager(passwords, Map.of()))).isEqualTo("app");

    assertThat(logins()).isEqualTo(1 + 2);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void saysWhyThereIsNoPasswordAndOpensNoSocket() {
    PasswordSource passwords =
        cached(
            () -> {
              throw new IllegalStateException("the vault is sealed");
            });

    assertThat(refusal(passwords, "10"))
        .hasMessage(
            "cannot connect: no password to be had: IllegalStateException: the vault is sealed");
    assertThat(proxy.connections()).isZero();
    assertThat(fetches).hasValue(1);
  }

  @Test
  void opensNoSocketForASourceWithoutAPassword() {
    PasswordSource none =
        new PasswordSource() {
          @Override
          public Mono<String> password() {
            return Mono.empty();
          }

          @Override
          public boolean forget() {
            return false;
          }
        };

    assertThat(refusal(none, "10"))
        .hasMessage(
            "cannot connect: no password to be had: IllegalStateException: its source gave none");
    assertThat(proxy.connections()).isZero();
  }

  @Test
  void waitsForASourceThatHangsNoLongerThanForAConnection() {
    CountDownLatch release = new CountDownLatch(1);
    try {
      PasswordSource passwords = cached(() -> awaited(release));

      SessionUnavailableException refusal = refusal(passwords, "0.5");

      assertThat(refusal.getMessage()).startsWith("no connection within 500 ms (POOL_TIMEOUT): ");
      assertThat(refusal.waited()).isLessThan(Duration.ofSeconds(3));
      assertThat(proxy.connections()).isZero();
    } finally {
      release.countDown();
    }
  }

  private static String awaited(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "late";
  }
}

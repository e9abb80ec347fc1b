package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmpool.session.Credentials;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.settings.SessionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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

/** Logs in to a server that requires a password, behind a proxy that counts the attempts. */
class PasswordsIT {

  private static final String REFUSED =
      "cannot connect: 28P01 password authentication failed for user \"app\": check POSTGRES_USER,"
          + " the password and the role's VALID UNTIL";

  @TempDir private static Path folder;
  private static LoginServer server;

  private final AtomicReference<String> secret = new AtomicReference<>("s3cret-right");
  private final AtomicInteger fetches = new AtomicInteger();

  @BeforeAll
  static void startServer() throws IOException {
    server = new LoginServer(folder);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void start() {
    server.password("s3cret-right");
    server.forget();
  }

  @AfterEach
  void assertNoSocketIsLeft() {
    server.assertNoSocketIsLeft();
  }

  private PasswordSource cached(Supplier<String> fetch) {
    return new CachedCredentials(
        () -> {
          fetches.incrementAndGet();
          return new Credentials(null, fetch.get());
        },
        Duration.ofHours(1),
        Clock.systemUTC());
  }

  private static String user(PasswordSource passwords) {
    return LoginServer.user(server.settings(Map.of()), passwords);
  }

  private SessionUnavailableException refusal(PasswordSource passwords, String poolTimeout) {
    SessionSettings settings = server.settings(Map.of("POOL_TIMEOUT", poolTimeout));
    SessionUnavailableException refusal =
        catchThrowableOfType(
            SessionUnavailableException.class, () -> LoginServer.user(settings, passwords));
    StringWriter everything = new StringWriter();
    refusal.printStackTrace(new PrintWriter(everything));
    assertThat(everything.toString()).doesNotContain("s3cret");
    return refusal;
  }

  @Test
  void triesAWrongPasswordOnce() {
    SessionUnavailableException refusal = refusal(PasswordSource.fixed("s3cret-wrong"), "10");

    assertThat(refusal).hasMessage(REFUSED);
    assertThat(refusal.waited()).isLessThan(Duration.ofSeconds(9));
    assertThat(server.logins()).isOne();
  }

  @Test
  void triesAWrongPasswordOnceIfFetchingItAgainGivesTheSame() {
    secret.set("s3cret-wrong");

    assertThat(refusal(cached(secret::get), "10")).hasMessage(REFUSED);
    assertThat(server.logins()).isOne();
    assertThat(fetches).hasValue(2);
  }

  @Test
  void fetchesARotatedPasswordOnce() {
    PasswordSource passwords = cached(secret::get);
    assertThat(user(passwords)).isEqualTo("app");
    server.password("s3cret-rotated");
    secret.set("s3cret-rotated");

    assertThat(user(passwords)).isEqualTo("app");

    assertThat(server.logins()).isEqualTo(1 + 2);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void reportsWhyThereIsNoPasswordAndOpensNoSocket() {
    PasswordSource passwords =
        cached(
            () -> {
              throw new IllegalStateException("the vault is sealed");
            });

    assertThat(refusal(passwords, "10"))
        .hasMessage("cannot connect: no password to be had: the vault is sealed");
    assertThat(server.logins()).isZero();
    assertThat(fetches).hasValue(1);
  }

  @Test
  void reportsASourceWithoutAPasswordAndOpensNoSocket() {
    assertThat(refusal(source(Mono.empty()), "10"))
        .hasMessage("cannot connect: no password to be had: its source gave none");
    assertThat(server.logins()).isZero();
  }

  @Test
  void reportsAnEmptyPasswordAtOnceAndAsksAgainForTheNextConnection() {
    secret.set("");
    PasswordSource passwords = cached(secret::get);

    assertThat(refusal(passwords, "10"))
        .hasMessage("cannot connect: no password to be had: its source gave an empty" + " one");
    assertThat(server.logins()).isZero();
    secret.set("s3cret-right");
    assertThat(user(passwords)).isEqualTo("app");
  }

  private static PasswordSource source(Mono<Credentials> credentials) {
    return new PasswordSource() {
      @Override
      public Mono<Credentials> credentials() {
        return credentials;
      }

      @Override
      public boolean forget(Credentials refused) {
        return false;
      }

      @Override
      public void forgetAll() {
        // nothing is cached
      }
    };
  }

  @Test
  void waitsForAHangingSourceNoLongerThanPoolTimeout() {
    CountDownLatch release = new CountDownLatch(1);
    try {
      PasswordSource passwords = cached(() -> awaited(release));

      SessionUnavailableException refusal = refusal(passwords, "0.5");

      assertThat(refusal.getMessage()).startsWith("no connection within 500 ms (POOL_TIMEOUT): ");
      assertThat(refusal.waited()).isLessThan(Duration.ofSeconds(3));
      assertThat(server.logins()).isZero();
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

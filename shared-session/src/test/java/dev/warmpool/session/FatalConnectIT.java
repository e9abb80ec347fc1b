package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Opens a connection that fails with an error that Reactor throws instead of signalling it. */
class FatalConnectIT {

  private static final PostgresServer SERVER = PostgresServer.shared();

  /** A source of passwords that fails with a missing class for the second connection. */
  private static final class Broken implements PasswordSource {

    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Mono<Credentials> credentials() {
      if (asked.incrementAndGet() == 2) {
        throw new NoClassDefFoundError("com/example/Vault");
      }
      return Mono.just(new Credentials(null, "postgres"));
    }

    @Override
    public boolean forget(Credentials refused) {
      return false;
    }

    @Override
    public void forgetAll() {
      // nothing is cached
    }
  }

  private static SessionManager manager() {
    Map<String, String> environment = new HashMap<>(SERVER.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POOL_SIZE", "1");
    environment.put("MAX_OVERFLOW", "0");
    return SessionManagers.create(SessionSettings.from(environment), new Broken());
  }

  @Test
  void failsTheConnectingSessionAndNotTheOneThatReturnedThePermit() {
    SessionManager manager = manager();
    CompletableFuture<Integer> next = new CompletableFuture<>();

    Mono<Long> first =
        manager.inSession(
            SessionOptions.standard(),
            session ->
                session
                    .execute("CREATE TABLE IF NOT EXISTS fatal_it (n int)")
                    .doOnNext(
                        rows -> {
                          manager.renew(Duration.ZERO).subscribe(); // the next one has to connect
                          manager
                              .inSession(SessionOptions.standard(), TestDatabase::pid)
                              .subscribe(next::complete, next::completeExceptionally);
                          Awaitility.await().until(() -> manager.stats().pending() == 1);
                        }));

    assertThat(TestDatabase.await(first)).isNotNull();
    assertThatThrownBy(() -> Mono.fromFuture(next).block(BOUND))
        .isInstanceOf(SessionUnavailableException.class)
        .hasMessage(
            "cannot connect: no password to be had: NoClassDefFoundError: com/example/Vault");
    assertThat(SERVER.number("SELECT count(*) FROM pg_tables WHERE tablename = 'fatal_it'"))
        .isEqualTo(1);
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isPositive();
    TestDatabase.end(manager);
  }
}

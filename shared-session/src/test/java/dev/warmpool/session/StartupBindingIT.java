package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Binds connections to schemas at start-up, under one common bound. */
class StartupBindingIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int TENANTS = 6;
  private static final int MAX = 3;

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    for (int i = 0; i < TENANTS; i++) {
      DATABASE.admin(
          "DROP SCHEMA IF EXISTS bound_%1$d CASCADE; CREATE SCHEMA bound_%1$d; CREATE TABLE bound_%1$d.t AS SELECT 'bound_%1$d' name, 0 n"
              .formatted(i));
    }
    proxy = WireProxy.to(DATABASE.server().port());
    manager =
        DATABASE.manager(
            "bound_0",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "SCHEMA_BINDING", "startup",
                "POOL_SIZE", "2",
                "POOL_TIMEOUT", "15",
                "MAX_OVERFLOW", "1"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().pending()).isZero();
    assertThat(manager.stats().idle()).isLessThanOrEqualTo(2);
    TestDatabase.end(manager);
    proxy.close();
  }

  private Mono<String> name(SessionOptions options, int tenant) {
    return name(options, tenant, Mono.empty());
  }

  /** The session is held until the signal. */
  private Mono<String> name(SessionOptions options, int tenant, Mono<Void> over) {
    return manager.inSession(
        options.in(new Schema("bound_" + tenant)),
        s ->
            s.query("SELECT name FROM t", row -> row.get(0, String.class))
                .single()
                .delayUntil(name -> over));
  }

  @Test
  void servesConcurrentTenantsWithinTheBound() {
    Flux.range(0, 600)
        .flatMap(
            i -> {
              int tenant = ThreadLocalRandom.current().nextInt(TENANTS);
              SessionOptions options = SessionOptions.standard();
              return name(i % 2 == 0 ? options : options.readOnly(), tenant)
                  .doOnNext(name -> assertThat(name).isEqualTo("bound_" + tenant));
            },
            12)
        .blockLast(Duration.ofSeconds(30));
  }

  /** Counted while sessions hold all of them, so that none is about to be opened or closed. */
  @Test
  void hasNoConnectionBeyondTheBoundHoweverManyTenantsWait() {
    for (int i = 0; i < TENANTS; i++) {
      name(SessionOptions.standard(), i).as(TestDatabase::await);
    }
    Sinks.Empty<Void> over = Sinks.empty();
    CompletableFuture<Void> sessions =
        Flux.range(0, TENANTS)
            .flatMap(i -> name(SessionOptions.standard(), i, over.asMono()), TENANTS)
            .then()
            .toFuture();
    Awaitility.await().until(() -> manager.stats().acquired() == MAX);
    Awaitility.await().until(() -> proxy.openClients() == MAX);

    assertThat(manager.stats().pending()).isEqualTo(TENANTS - MAX);
    assertThat(manager.stats().acquired()).isEqualTo(MAX);
    assertThat(proxy.openClients()).isEqualTo(MAX);
    over.tryEmitEmpty();
    assertThat(sessions).succeedsWithin(BOUND);
  }

  @Test
  void keepsAConnectionWarmAndSendsNoSearchPath() {
    for (int i = 0; i < 5; i++) {
      assertThat(TestDatabase.await(name(SessionOptions.standard(), 1))).isEqualTo("bound_1");
      assertThat(TestDatabase.await(name(SessionOptions.standard().readOnly(), 2)))
          .isEqualTo("bound_2");
    }
    assertThat(manager.stats().opened()).isEqualTo(2);
    assertThat(proxy.messages().stream().filter(m -> m.kind() != '*'))
        .noneMatch(m -> m.text().contains("search_path"));
  }

  /** Of three connections at once one has to go: not the one that was used last. */
  @Test
  void keepsTheConnectionsThatWereUsedLast() {
    Mono<String> nested =
        manager.inSession(
            SessionOptions.standard().in(new Schema("bound_3")),
            outer -> TestDatabase.pid(outer).then(name(SessionOptions.standard(), 1)));
    name(SessionOptions.standard(), 2).as(TestDatabase::await);

    assertThat(TestDatabase.await(nested)).isEqualTo("bound_1");

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().opened()).isEqualTo(3);
    for (int tenant : new int[] {1, 3}) {
      name(SessionOptions.standard(), tenant).as(TestDatabase::await);
    }
    assertThat(manager.stats().opened()).isEqualTo(3);
  }

  @Test
  void resetsAConnectionForTheNextSessionOnItsSchema() {
    manager
        .inSession(SessionOptions.standard(), s -> s.execute("SET search_path TO bound_3"))
        .as(TestDatabase::await);
    assertThat(TestDatabase.await(name(SessionOptions.standard().readOnly(), 0)))
        .isEqualTo("bound_0");
    assertThat(manager.stats().opened()).isEqualTo(1);
  }

  @Test
  void keepsNoConnectionForAnUnknownSchema() {
    for (int i = 0; i < 10; i++) {
      SessionOptions options = SessionOptions.standard().in(new Schema("nowhere_" + i));
      assertThatThrownBy(() -> TestDatabase.pid(manager, options))
          .isInstanceOf(UnknownSchemaException.class);
    }
    assertThat(manager.stats().idle()).isZero();
    assertThat(TestDatabase.await(name(SessionOptions.standard(), 4))).isEqualTo("bound_4");
  }

  @Test
  void survivesDeadConnections() {
    for (int i = 0; i < 20; i++) {
      name(SessionOptions.standard(), i % 2).as(TestDatabase::await);
      DATABASE.killAll();
      assertThat(TestDatabase.await(name(SessionOptions.standard(), i % 3)))
          .isEqualTo("bound_" + i % 3);
    }
  }
}

package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PgBouncer;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Two tenants in turn on few connections, with errors, cancels and killed backends. */
class TenantsIT {

  /** A server of its own, whose backends are killed. */
  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.with(Map.of()));

  private static final int SESSIONS = 700 * COUNTS;
  private static final int AT_ONCE = 6;
  private static final int ONE_IS_KILLED = 60;

  private static final String FIXTURE =
      """
      DROP SCHEMA IF EXISTS canary_a, canary_b, canary_shared CASCADE;
      DROP ROLE IF EXISTS canary_login, canary_app, canary_a, canary_b;
      CREATE ROLE canary_login LOGIN NOINHERIT;
      CREATE ROLE canary_app LOGIN;
      CREATE ROLE canary_a;
      CREATE ROLE canary_b;
      GRANT canary_a, canary_b TO canary_login WITH INHERIT FALSE, SET TRUE;
      CREATE SCHEMA canary_a AUTHORIZATION canary_a;
      CREATE SCHEMA canary_b AUTHORIZATION canary_b;
      CREATE SCHEMA canary_shared;
      CREATE TABLE canary_a.item AS SELECT 'a' owner, 'canary' name, NULL::text touched;
      CREATE TABLE canary_b.item AS SELECT 'b' owner, 'canary' name, NULL::text touched;
      CREATE TABLE canary_shared.item AS TABLE canary_a.item UNION ALL TABLE canary_b.item;
      CREATE TABLE canary_shared.row AS TABLE canary_shared.item;
      ALTER TABLE canary_shared.item ENABLE ROW LEVEL SECURITY;
      ALTER TABLE canary_shared.row ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON canary_shared.item USING (owner = current_setting('app.tenant', true));
      CREATE POLICY own ON canary_shared.row USING (owner = current_setting('app.tenant', true));
      GRANT ALL ON canary_a.item TO canary_a;
      GRANT ALL ON canary_b.item TO canary_b;
      GRANT USAGE ON SCHEMA canary_shared TO canary_app, canary_a, canary_b;
      GRANT ALL ON canary_shared.item TO canary_app;
      GRANT ALL ON canary_shared.row TO canary_a, canary_b;
      """;

  /** By what a session is bound to its tenant. */
  enum Binding {
    SCHEMA_AND_ROLE("canary_login", "item", "canary_%s.item"),
    SETTING("canary_app", "item", "item"),
    ALL("canary_login", "canary_shared.row", "canary_%s.item");

    private final String login;
    private final String own;
    private final String others;

    Binding(String login, String own, String others) {
      this.login = login;
      this.own = own;
      this.others = others;
    }

    SessionOptions of(String tenant) {
      SessionOptions options =
          SessionOptions.until(Deadline.after(BOUND))
              .in(new Schema("canary_" + (this == SETTING ? "shared" : tenant)));
      return switch (this) {
        case SCHEMA_AND_ROLE -> options.as("canary_" + tenant);
        case SETTING -> options.with("app.tenant", tenant);
        case ALL -> options.as("canary_" + tenant).with("app.tenant", tenant);
      };
    }

    /** A statement that PostgreSQL refuses, or that finds no row of the other tenant. */
    String intrusion(String other) {
      return "INSERT INTO " + others.formatted(other) + " VALUES ('" + other + "', 'intruder')";
    }
  }

  private final AtomicInteger intrusions = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final Random random = new Random();

  @AfterAll
  static void stopServer() {
    DATABASE.server().close();
  }

  @BeforeEach
  void start() {
    DATABASE.admin(FIXTURE);
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void seeOnlyTheirOwnRowsDirectly(Binding binding) {
    assertSeparate(binding, Map.of());
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void seeOnlyTheirOwnRowsThroughPgBouncer(Binding binding) {
    PgBouncer.assumeInstalled();
    try (PgBouncer bouncer = PgBouncer.to(DATABASE.server().port(), binding.login)) {
      String port = Integer.toString(bouncer.port());
      assertSeparate(binding, Map.of("POSTGRES_PORT", port, "POSTGRES_POOLER", "pgbouncer"));
    }
  }

  private void assertSeparate(Binding binding, Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(changes);
    settings.putAll(Map.of("POSTGRES_USER", binding.login, "POOL_SIZE", "2", "MAX_OVERFLOW", "1"));
    SessionManager manager = DATABASE.manager("public", settings);

    manager.await(
        Flux.range(0, SESSIONS).flatMap(i -> one(i, manager, binding), AT_ONCE).then(),
        Duration.ofMinutes(9));

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    TestDatabase.end(manager);
    assertThat(intrusions).hasValue(0);
    assertThat(refused.get()).isPositive();
    assertThat(done.get()).isGreaterThan(SESSIONS / 10);
    for (String tenant : new String[] {"a", "b"}) {
      assertOwn("canary_" + tenant + ".item WHERE owner <> '" + tenant + "'");
    }
    for (String table : new String[] {"canary_shared.item", "canary_shared.row"}) {
      assertOwn(table + " WHERE owner <> touched OR name = 'intruder'");
    }
  }

  private static void assertOwn(String rows) {
    assertThat(DATABASE.number("SELECT count(*) FROM " + rows)).as(rows).isZero();
  }

  private Mono<Void> one(int i, SessionManager manager, Binding binding) {
    String tenant = random.nextBoolean() ? "a" : "b";
    String other = tenant.equals("a") ? "b" : "a";
    Mono<?> leaving = i % 4 == 0 ? Mono.delay(micros()) : Mono.never();
    Mono<Void> killing = i % ONE_IS_KILLED == 1 ? kill() : Mono.empty();
    SessionOptions options = binding.of(tenant);
    Mono<Void> session =
        i % 3 == 0
            ? manager.inSession(options.readOnly(), s -> read(s, binding, tenant))
            : manager.inSession(options, s -> write(s, binding, tenant, other, i % 5));
    return killing
        .then(session)
        .doOnSuccess(nothing -> done.incrementAndGet())
        .takeUntilOther(leaving)
        .onErrorResume(error -> Mono.fromRunnable(() -> note(error)));
  }

  private Duration micros() {
    return Duration.ofNanos(1_000L * random.nextInt(5_000));
  }

  private static Mono<Void> kill() {
    return Mono.<Void>fromRunnable(
            () ->
                DATABASE.admin(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE usename LIKE 'canary%' ORDER BY random() LIMIT 1"))
        .subscribeOn(Schedulers.boundedElastic());
  }

  private void note(Throwable error) {
    if (error instanceof io.r2dbc.spi.R2dbcException database
        && "42501".equals(database.getSqlState())) {
      refused.incrementAndGet();
    }
  }

  /** Reads rows and counts them; the canary is among them. */
  private Mono<Void> read(Session session, Binding binding, String tenant) {
    String sql = "SELECT owner, name, (SELECT count(*) FROM %1$s WHERE owner <> $1) FROM %1$s";
    return session
        .query(
            sql.formatted(binding.own),
            row -> {
              boolean own = tenant.equals(row.get(0)) && Long.valueOf(0).equals(row.get(2));
              if (!own) {
                intrusions.incrementAndGet();
              }
              return String.valueOf(row.get(1));
            },
            tenant)
        .collectList()
        .doOnNext(
            names -> {
              if (!names.contains("canary")) {
                intrusions.incrementAndGet();
              }
            })
        .then();
  }

  private Mono<Void> write(Session session, Binding binding, String tenant, String other, int way) {
    Mono<Long> touch = session.execute("UPDATE " + binding.own + " SET touched = $1", tenant);
    Mono<Long> last =
        switch (way) {
          case 0 -> session.execute("SELECT 1/0");
          case 1 -> session.execute(binding.intrusion(other));
          case 2 -> session.execute("SET myapp.left TO 'x'; RESET ROLE");
          default -> session.execute("INSERT INTO " + binding.own + " VALUES ($1, 'more')", tenant);
        };
    return read(session, binding, tenant).then(touch).then(last).then();
  }
}

package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PgBouncer;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs sessions through PgBouncer in transaction mode, all on one server connection. */
class PgBouncerIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private PgBouncer bouncer;
  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    PgBouncer.assumeInstalled();
    for (String tenant : List.of("bouncer_a", "bouncer_b")) {
      DATABASE.admin(
          "DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s; CREATE TABLE %1$s.t AS SELECT '%1$s' name"
              .formatted(tenant));
    }
    bouncer = PgBouncer.to(DATABASE.server().port(), "postgres");
    proxy = WireProxy.to(bouncer.port());
    manager =
        DATABASE.manager(
            "bouncer_a",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "POSTGRES_POOLER", "pgbouncer",
                "POOL_SIZE", "2"));
  }

  @AfterEach
  void stop() {
    if (manager != null) {
      TestDatabase.end(manager);
      proxy.close();
    }
    if (bouncer != null) {
      bouncer.close();
    }
  }

  private String tenantSeen(SessionOptions options, String tenant) {
    return manager
        .inSession(
            options.in(new Schema(tenant)),
            s -> s.query("SELECT name FROM t", row -> row.get(0, String.class)).single())
        .as(TestDatabase::await);
  }

  @Test
  void givesEachTenantItsOwnRowsInTurn() {
    for (int i = 0; i < 50; i++) {
      for (String tenant : List.of("bouncer_a", "bouncer_b")) {
        assertThat(tenantSeen(SessionOptions.standard(), tenant)).isEqualTo(tenant);
        assertThat(tenantSeen(SessionOptions.standard().readOnly(), tenant)).isEqualTo(tenant);
        assertThat(tenantSeen(SessionOptions.standard().snapshot(), tenant)).isEqualTo(tenant);
      }
    }
  }

  @Test
  void setsNothingAtStartupThatPgBouncerRefuses() {
    tenantSeen(SessionOptions.standard(), "bouncer_a");

    assertThat(proxy.messages().get(0).text())
        .doesNotContain("search_path", "timeout", "read_only", "options");
  }

  private int roundTrips(SessionOptions options, int statements) {
    Runnable session =
        () ->
            manager
                .inSession(
                    options,
                    s ->
                        Flux.range(0, statements)
                            .concatMap(i -> s.query("SELECT $1::int", row -> 1, i))
                            .then(Mono.just(1)))
                .as(TestDatabase::await);
    session.run();
    return proxy.roundTripsOf(session);
  }

  @Test
  void resetsWithoutARoundTrip() {
    SessionOptions standard = SessionOptions.standard();

    for (SessionOptions options : List.of(standard, standard.readOnly(), standard.snapshot())) {
      assertThat(roundTrips(options, 1)).isEqualTo(2);
      assertThat(roundTrips(options, 5)).isEqualTo(6);
    }
  }
}

package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.FakeRdsProxy;
import dev.warmpool.session.testkit.PgBouncer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Sessions with a role and settings: direct and through each pooler, both bindings. */
class BoundSessionsIT {

  @Nested
  class ByTransaction extends BoundSessions {

    @Override
    Map<String, String> changes() {
      return Map.of();
    }

    /** Once loaded, plpgsql keeps its settings to superusers, by the SQLSTATE of a refused role. */
    @Test
    void passOnTheServersRefusalOfASetting() {
      SessionOptions options = STANDARD.as("bound_a");
      assertThat(read(options, "DO 'BEGIN END'")).isEmpty();

      assertRefused(options.with("plpgsql.variable_conflict", "error"), "SELECT 1::text");
    }
  }

  @Nested
  class ByStartup extends BoundSessions {

    @Override
    Map<String, String> changes() {
      return Map.of("SCHEMA_BINDING", "startup");
    }
  }

  @Nested
  class WithStatements extends BoundSessions {

    @Override
    Map<String, String> changes() {
      return Map.of("STATEMENT_CACHE", "20");
    }
  }

  @Nested
  class ThroughPgBouncer extends BoundSessions {

    private @Nullable PgBouncer bouncer;

    @Override
    Map<String, String> changes() {
      PgBouncer.assumeInstalled();
      bouncer = PgBouncer.to(DATABASE.server().port(), LOGIN);
      return Map.of(
          "POSTGRES_PORT", Integer.toString(bouncer.port()), "POSTGRES_POOLER", "pgbouncer");
    }

    @Override
    void stop() {
      if (bouncer != null) {
        bouncer.close();
      }
    }
  }

  /** Connections whose session left something are closed, those of others are kept. */
  abstract static class ClosingIfLeft extends BoundSessions {

    @Test
    void keepTheConnectionUnlessTheirTextsMayLeaveSomething() {
      SessionOptions options = STANDARD.as("bound_a").with("app.tenant", "a");

      assertThat(openedFor(options, "SELECT name FROM item")).isZero();
      assertThat(openedFor(options, "INSERT INTO item VALUES ('lands') RETURNING name")).isZero();
      assertThat(openedFor(options.snapshot(), "SELECT name FROM item")).isZero();
      assertThat(openedFor(options, "SET app.tenant TO 'b'")).isOne();
      assertThat(openedFor(options, "SET ROLE bound_a")).isOne();
      assertThat(openedFor(options, "SELECT pg_advisory_unlock(1)::text")).isOne();
    }

    private long openedFor(SessionOptions options, String sql) {
      read(STANDARD, "SELECT '1'");
      long before = opened();
      read(options, sql);
      read(STANDARD, "SELECT '1'");
      return opened() - before;
    }
  }

  @Nested
  class ThroughRdsProxy extends ClosingIfLeft {

    private @Nullable FakeRdsProxy proxy;

    @Override
    Map<String, String> changes() {
      proxy = FakeRdsProxy.to(DATABASE.server().port(), 2);
      return Map.of(
          "POSTGRES_PORT", Integer.toString(proxy.port()), "POSTGRES_POOLER", "rds-proxy");
    }

    @Override
    void stop() {
      if (proxy != null) {
        proxy.close();
      }
    }
  }

  @Nested
  class ThroughRdsProxyByStartup extends ClosingIfLeft {

    private @Nullable FakeRdsProxy proxy;

    @Override
    Map<String, String> changes() {
      proxy = FakeRdsProxy.to(DATABASE.server().port(), 2);
      return Map.of(
          "POSTGRES_PORT", Integer.toString(proxy.port()),
          "POSTGRES_POOLER", "rds-proxy",
          "SCHEMA_BINDING", "startup",
          "POSTGRES_POOLER_CHECK", "every-session");
    }

    @Override
    void stop() {
      if (proxy != null) {
        proxy.close();
      }
    }
  }
}

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

  @Nested
  class ThroughRdsProxy extends BoundSessions {

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
  class ThroughRdsProxyByStartup extends BoundSessions {

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

package dev.warmpool.functions;

import dev.warmpool.session.testkit.PgBouncer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 32 callers of two tenants send requests to all routes while statements are cancelled and
 * connections are killed: no tenant reads, changes or counts a user of the other.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class TenantMixIT {

  private static final int CALLERS = 32;

  private static final int COUNTS = Integer.getInteger("counts", 1);

  /** Of each caller with each of 32 set-ups: 2,048 requests in all, 51,200 in a soak. */
  private static final int REQUESTS = COUNTS > 1 ? 5 * COUNTS : 2;

  private static final List<String> SOURCES =
      List.of("fixed", "jwt:tenant", "lambda", "header:x-tenant");

  private static final List<String> BINDINGS =
      List.of("schema", "schema,role", "variable:app.tenant", "schema,role,variable:app.tenant");

  static Stream<TenantMix.Setup> setups() {
    return SOURCES.stream()
        .flatMap(source -> BINDINGS.stream().map(binding -> new TenantMix.Setup(source, binding)));
  }

  @BeforeEach
  void canaries() {
    Canaries.insert();
  }

  @ParameterizedTest
  @MethodSource("setups")
  void keepsTenantsApart(TenantMix.Setup setup) throws Exception {
    try (TenantMix mix = TenantMix.direct(setup)) {
      run(mix);
    }
    areApart(setup);
  }

  private static void areApart(TenantMix.Setup setup) {
    String connections =
        "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + setup.login() + "'";
    Awaitility.await().until(() -> TenancyServer.server().number(connections) == 0);
    Canaries.areUntouched();
  }

  @ParameterizedTest
  @MethodSource("setups")
  void keepsTenantsApartThroughPgBouncer(TenantMix.Setup setup) throws Exception {
    PgBouncer.assumeInstalled();
    try (PgBouncer bouncer = PgBouncer.to(TenancyServer.server().port(), setup.login());
        TenantMix mix = TenantMix.through(bouncer, setup)) {
      run(mix);
    }
    areApart(setup);
  }

  private static void run(TenantMix mix) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int seed = 0; seed < CALLERS; seed++) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        done.add(callers.submit(() -> mix.send(REQUESTS, random)));
      }
      for (Future<?> caller : done) {
        caller.get();
      }
    } finally {
      callers.shutdown();
    }
    mix.hasServedTheOthers();
  }
}

package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.functions.tenant.TenantBinding;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.testkit.PgBouncer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * One function, or two with a fixed tenant each, under requests of two tenants at once, some of
 * them cut short: by their deadline, by a cancelled subscription, by an administrator who cancels
 * statements and ends connections. Thread-safe.
 */
final class TenantMix implements AutoCloseable {

  private static final int ENDS_KEPT_BACK = 500;

  private final Setup setup;
  private final Map<String, String> variables;
  private final Map<String, Api> apis = new HashMap<>();
  private final List<MixRequests> tenants;
  private final AtomicInteger interruptions = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final ConcurrentMap<Integer, Integer> statuses = new ConcurrentHashMap<>();

  /**
   * How tenants are named and kept apart.
   *
   * @param source {@code TENANT_SOURCE}
   * @param binding {@code TENANT_BINDING}
   */
  record Setup(String source, String binding) {

    boolean fixed() {
      return source.equals("fixed");
    }

    boolean shared() {
      return !binding.contains("schema");
    }

    /** The login role of the page's SQL for this binding. */
    String login() {
      if (shared()) {
        return "warmpool_shared";
      }
      return binding.contains("role") ? "warmpool_api" : TenancyServer.INHERITING;
    }
  }

  private TenantMix(Setup setup, Map<String, String> pooler) {
    this.setup = setup;
    this.variables = TenancyServer.variables(setup.login(), setup.binding());
    variables.putAll(pooler);
    variables.put("TENANT_SOURCE", setup.source());
    variables.put("AWS_SAM_LOCAL", "true");
    variables.put("POOL_SIZE", "8");
    variables.put("POOL_TIMEOUT", "15");
    variables.put("OPENING_TIMEOUT", "10");
    this.tenants = Canaries.requests(setup);
    Api all = setup.fixed() ? null : Api.with(variables);
    tenants.forEach(
        tenant -> apis.put(tenant.tenant(), all == null ? fixed(tenant.tenant()) : all));
  }

  static TenantMix direct(Setup setup) {
    return new TenantMix(setup, Map.of());
  }

  static TenantMix through(PgBouncer bouncer, Setup setup) {
    return new TenantMix(
        setup,
        Map.of("POSTGRES_PORT", Integer.toString(bouncer.port()), "POSTGRES_POOLER", "pgbouncer"));
  }

  private Api fixed(String tenant) {
    Map<String, String> own = new HashMap<>(variables);
    own.put("POSTGRES_SCHEMA", tenant);
    return Api.with(own);
  }

  /** Sends this many requests, one after another. */
  void send(int requests, Random random) {
    for (int i = 0; i < requests; i++) {
      MixRequests tenant = tenants.get(random.nextInt(tenants.size()));
      switch (random.nextInt(20)) {
        case 0 -> interrupt("pg_terminate_backend");
        case 1 -> interrupt("pg_cancel_backend");
        case 2, 3 -> cancel(tenant.tenant(), random);
        case 4 -> sendHastily(tenant, random);
        case 5 -> sendForNobody(tenant, random);
        default -> send(tenant, random, 20_000);
      }
    }
  }

  private void send(MixRequests tenant, Random random, int millis) {
    MixRequests.Request request = tenant.next(random);
    boolean lambda = setup.source().equals("lambda");
    FakeContext context = new FakeContext(millis, lambda ? tenant.tenant() : "");
    Api.Answer answer =
        apis.get(tenant.tenant()).send(named(request.event(), tenant.tenant()), context);
    statuses.merge(answer.status(), 1, Integer::sum);
    Canaries.seesNoOther(tenant.tenant(), answer.body());
    if (answer.status() < 500) {
      request.check().accept(answer);
    } else {
      failures.incrementAndGet();
    }
  }

  private Event named(Event event, String tenant) {
    return switch (setup.source()) {
      case "jwt:tenant" ->
          event
              .claim("scope", "users:read users:write users:clear")
              .claim("sub", "ada")
              .claim("tenant", tenant);
      case "header:x-tenant" -> event.header("x-tenant", tenant);
      default -> event;
    };
  }

  /** Sends a request that has up to 20 ms; the handler gives up on one that is not over in time. */
  private void sendHastily(MixRequests tenant, Random random) {
    interruptions.incrementAndGet();
    try {
      send(tenant, random, ENDS_KEPT_BACK + random.nextInt(20));
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("Timeout on blocking read");
    }
  }

  private void sendForNobody(MixRequests tenant, Random random) {
    Event event = named(Event.of("GET /users"), "nobody");
    Api.Answer answer = apis.get(tenant.tenant()).send(event, new FakeContext(20_000, "nobody"));
    assertThat(answer.status() >= 500 ? 404 : answer.status()).isIn(403, 404);
    failures.addAndGet(answer.status() >= 500 ? 1 : 0);
  }

  /** Cancels a session that looks for the other tenants' rows, at any moment. */
  private void cancel(String tenant, Random random) {
    SessionOptions options =
        TenantBinding.from(variables)
            .bind(tenant, SessionOptions.until(Deadline.after(Duration.ofSeconds(10))));
    Mono<Long> session =
        apis.get(tenant).sessions().inSession(options, running -> touch(running, tenant));
    Mono.firstWithSignal(session, Mono.delay(Duration.ofNanos(random.nextInt(5_000_000))))
        .onErrorComplete(error -> !(error instanceof AssertionError))
        .block();
  }

  private static Mono<Long> touch(Session session, String tenant) {
    return session
        .query("SELECT name FROM users", row -> String.valueOf(row.get(0, String.class)))
        .doOnNext(name -> assertThat(name).startsWith(tenant))
        .then(session.execute("UPDATE users SET version = version WHERE id < 0"));
  }

  private void interrupt(String function) {
    interruptions.incrementAndGet();
    TenancyServer.server()
        .column(
            "SELECT "
                + function
                + "(pid) FROM pg_stat_activity WHERE usename = '"
                + setup.login()
                + "' ORDER BY random() LIMIT 1");
  }

  /** Fails unless every 5xx has its cause in an interruption, and most requests succeeded. */
  void hasServedTheOthers() {
    assertThat(failures.get()).as(statuses.toString()).isLessThanOrEqualTo(interruptions.get());
    assertThat(statuses).containsKeys(200, 404);
  }

  @Override
  public void close() {
    apis.values().stream().distinct().forEach(Api::close);
  }
}

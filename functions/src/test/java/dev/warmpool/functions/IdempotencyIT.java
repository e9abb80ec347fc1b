package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request that is repeated with the same Idempotency-Key is executed once. */
class IdempotencyIT {

  /** One more than the messages that a request with a key sends. */
  private static final int MESSAGES = 24;

  private static final Map<String, String> VARIABLES =
      Map.of("POSTGRES_SCHEMA", "idempotency", "POOL_SIZE", "8", "POOL_TIMEOUT", "15");

  private Api api;

  @BeforeAll
  static void migrate() {
    Api.migrate("idempotency", "idempotency_b");
  }

  @BeforeEach
  void start() {
    Api.admin("TRUNCATE idempotency.users, idempotency.idempotency_keys");
    api = Api.with(VARIABLES);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Event create(String key, String email) {
    return Event.of("POST /users").body(Event.user(email, "N")).header("Idempotency-Key", key);
  }

  private static long users() {
    return Api.number("SELECT count(*) FROM idempotency.users");
  }

  private static long keys() {
    return Api.number("SELECT count(*) FROM idempotency.idempotency_keys");
  }

  @Test
  void thirtyTwoConcurrentRequestsCreateOneRowAndReturnOneResponse() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(32);
    try {
      List<Future<Api.Answer>> answers =
          IntStream.range(0, 32)
              .mapToObj(i -> callers.submit(() -> api.send(create("k", "one@example.org"))))
              .toList();
      Set<Api.Answer> different = new HashSet<>();
      for (Future<Api.Answer> answer : answers) {
        different.add(answer.get());
      }
      assertThat(different).hasSize(1).allMatch(answer -> answer.status() == 201);
    } finally {
      callers.shutdown();
    }
    assertThat(users()).isEqualTo(1);
  }

  @Test
  void returnsTheFirstResponseAfterTheRowHasChanged() {
    Api.Answer first = api.send(create("k", "one@example.org"));
    Api.admin("UPDATE idempotency.users SET name = 'Other'");
    assertThat(api.send(create("k", "one@example.org"))).isEqualTo(first);
  }

  @Test
  void takesABodyInAnotherOrderAndWithOtherSpaceForTheSameRequest() {
    Api.Answer first = api.send(create("k", "one@example.org"));
    String[] same = {
      "{\"name\":\"N\",\"email\":\"one@example.org\"}",
      " {\n\"email\" : \"one@example.org\",\t\"name\":\"\\u004e\" }"
    };
    for (String body : same) {
      assertThat(api.send(create("k", "").body(body))).as(body).isEqualTo(first);
    }
    Event base64 = create("k", "").base64(same[0].getBytes(StandardCharsets.UTF_8));
    assertThat(api.send(base64)).isEqualTo(first);
  }

  @Test
  void separatesTheKeysOfCallers() {
    String principal = "arn:aws:iam::123456789012:user/ada";
    Event signed = create("k", "iam@example.org");
    signed.json().withObject("/requestContext/authorizer/iam").put("userArn", principal);
    Event[] callers = {
      create("k", "none@example.org"),
      signed,
      token("https://a.example", "ada"),
      token("https://a.example", "grace"),
      token("https://b.example", "ada")
    };
    Set<String> locations = new HashSet<>();
    for (Event caller : callers) {
      Api.Answer first = api.send(caller);
      assertThat(first.status()).isEqualTo(201);
      assertThat(api.send(caller)).isEqualTo(first);
      locations.add(first.headers().get("location"));
    }
    assertThat(locations).hasSize(callers.length);
  }

  private static Event token(String issuer, String subject) {
    return create("k", subject + "@" + issuer.substring("https://".length()))
        .claim("scope", "users:write")
        .claim("iss", issuer)
        .claim("sub", subject);
  }

  @Test
  void refusesAKeyOfATokenWithoutASubject() {
    Event event = create("k", "one@example.org").claim("scope", "users:write");
    assertThat(api.send(event).status()).isEqualTo(403);
    assertThat(users()).isZero();
  }

  @Test
  void refusesSuchAKeyBeforeTheTenantIsLookedUp() {
    try (Api tenants = Api.with(Map.of("TENANT_SOURCE", "jwt:tenant"))) {
      Event event = create("k", "one@example.org").claim("scope", "users:write");
      assertThat(tenants.send(event.claim("tenant", "no_such_tenant")).status()).isEqualTo(403);
      assertThat(tenants.sessions().stats().opened()).isZero();
      assertThat(tenants.send(event.claim("client_id", "batch")).status()).isEqualTo(404);
    }
  }

  @Test
  void refusesTheKeyForADifferentRequest() {
    api.send(create("k", "one@example.org"));
    Api.Answer other = api.send(create("k", "two@example.org"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.json().path("detail").asText())
        .isEqualTo("The Idempotency-Key was already used for a different request: use a new key.");
    assertThat(users()).isEqualTo(1);
  }

  @Test
  void storesNoResponseOfAFailedRequest() {
    api.send(create("first", "one@example.org"));
    assertThat(api.send(create("k", "one@example.org")).status()).isEqualTo(409);
    assertThat(api.send(create("k", "no address")).status()).isEqualTo(422);
    assertThat(keys()).isEqualTo(1);
    assertThat(api.send(create("k", "two@example.org")).status()).isEqualTo(201);
  }

  @Test
  void separatesTheKeysOfRoutesAndTenants() {
    assertThat(api.send(create("k", "one@example.org")).status()).isEqualTo(201);
    Event clear = Event.of("POST /users/clear").body("{\"ids\":[]}").header("idempotency-key", "k");
    assertThat(api.send(clear).status()).isEqualTo(200);
    try (Api other = Api.with(Map.of("POSTGRES_SCHEMA", "idempotency_b"))) {
      assertThat(other.send(create("k", "two@example.org")).status()).isEqualTo(201);
    }
  }

  @Test
  void treatsAnExpiredKeyAsNew() {
    api.send(create("k", "one@example.org"));
    Api.admin("UPDATE idempotency.idempotency_keys SET expires_at = now() - interval '1 second'");
    assertThat(api.send(create("k", "two@example.org")).status()).isEqualTo(201);
    assertThat(api.send(create("k", "two@example.org")).status()).isEqualTo(201);
    assertThat(users()).isEqualTo(2);
  }

  @Test
  void acceptsKeysOfUpTo255Characters() {
    assertThat(api.send(create("k".repeat(255), "one@example.org")).status()).isEqualTo(201);
    Api.Answer refused = api.send(create("k".repeat(256), "two@example.org"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().path("errors").toString())
        .isEqualTo(
            "[{\"in\":\"header\",\"pointer\":\"/Idempotency-Key\","
                + "\"message\":\"must have at most 255 characters\"}]");
  }

  /**
   * Cuts the connection before the response to each message in turn, COMMIT included, and repeats
   * the request.
   */
  @Test
  void executesARepeatedRequestOnceWhereverTheConnectionIsCut() {
    Set<Integer> first = new HashSet<>();
    for (int message = 1; message <= MESSAGES; message++) {
      try (WireProxy proxy = WireProxy.to(PostgresServer.shared().port())) {
        Map<String, String> variables =
            Map.of(
                "POSTGRES_SCHEMA", "idempotency", "POSTGRES_PORT", Integer.toString(proxy.port()));
        try (Api cut = Api.with(variables)) {
          first.add(interrupted(cut, proxy, message));
        }
      }
    }
    assertThat(users()).isEqualTo(MESSAGES);
    assertThat(first).as("committed, rolled back, unknown").contains(201, 503, 500);
  }

  private static int interrupted(Api cut, WireProxy proxy, int message) {
    Event event = create("cut" + message, "cut" + message + "@example.org");
    cut.send(Event.of("GET /health"));
    AtomicInteger seen = new AtomicInteger();
    proxy.cutBeforeAnswerTo(sent -> seen.incrementAndGet() == message);
    Api.Answer first = cut.send(event);
    proxy.cutBeforeAnswerTo(sent -> false);
    Api.Answer again = cut.send(event);
    assertThat(again.status()).as("after message %s", message).isEqualTo(201);
    if (first.status() == 201) {
      assertThat(again).isEqualTo(first);
    }
    return first.status();
  }
}

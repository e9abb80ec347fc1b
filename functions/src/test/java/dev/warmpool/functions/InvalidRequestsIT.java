package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.warmpool.functions.event.Json;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A request that is refused for itself touches nothing: no connection, no lock, no key, no row. */
class InvalidRequestsIT {

  private static final String SCOPES = "users:read users:write users:clear";
  private static final long MEGABYTE = 1 << 20;
  private static final int LARGE = 5_800_000;

  /** Just below the limit on a body, so that it is read. */
  private static final int SMALL = 60_000;

  private Api api;

  @BeforeAll
  static void migrate() {
    Api.migrate("invalid");
  }

  @BeforeEach
  void start() {
    api = Api.with(Map.of("TENANT_SOURCE", "jwt:tenant"));
  }

  /** The manager has never opened a connection, so that nothing can have reached the server. */
  @AfterEach
  void nothingWasTouched() {
    assertThat(api.sessions().stats().opened()).isZero();
    assertThat(Api.number("SELECT count(*) FROM invalid.idempotency_keys")).isZero();
    api.close();
  }

  private static Event post(String route) {
    return Event.of(route)
        .header("Idempotency-Key", "k")
        .claim("sub", "ada")
        .claim("tenant", "invalid")
        .claim("scope", SCOPES);
  }

  static Stream<Arguments> refused() {
    String user = Event.user("a@example.org", "A");
    Map<Event, Integer> refused = new LinkedHashMap<>();
    refused.put(post("POST /users").body("{"), 400);
    refused.put(post("POST /users").base64(new byte[] {'"', (byte) 0xff, '"'}), 400);
    refused.put(post("POST /users").body("{\"email\":1}"), 422);
    refused.put(post("POST /users").body(user).header("idempotency-key", "a b"), 422);
    refused.put(post("POST /users").body(user).with("query", "x", "1"), 422);
    refused.put(post("POST /users").body(user).header("content-type", "text/plain"), 415);
    refused.put(
        post("POST /users").body(user).header("content-type", "application/json;charset=utf-8x"),
        415);
    refused.put(post("POST /users").body(user + " ".repeat(1 << 16)), 413);
    refused.put(post("POST /users/clear").body("{\"ids\":[1]}" + " ".repeat(1 << 15)), 413);
    refused.put(post("POST /users").body(user).claim("scope", "users:read"), 403);
    refused.put(post("POST /users/clear").body("{\"ids\":[]}").claim("scope", "users:write"), 403);
    refused.put(post("GET /users").claim("scope", "users:write"), 403);
    refused.put(post("GET /users").with("query", "after", "MA"), 422);
    refused.put(post("PATCH /users/{id}").body("{\"name\":\"A\"}").with("path", "id", "0"), 422);
    refused.put(Event.of("POST /users").body(user).header("Idempotency-Key", "k"), 401);
    refused.put(Event.of("POST /users").body(user).claim("scope", SCOPES), 403);
    return refused.entrySet().stream()
        .map(entry -> Arguments.of(entry.getValue(), entry.getKey().json()));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void takesNoConnection(int status, ObjectNode event) {
    byte[] bytes = Json.bytes(event);
    Api.Answer answer = api.send(bytes, Event.routeKey(event), new FakeContext(20_000));
    assertThat(answer.status()).isEqualTo(status);
  }

  @Test
  void refusesTenantsThatDisagree() {
    Event event = post("POST /users").body(Event.user("a@example.org", "A"));
    assertThat(api.send(event, new FakeContext(20_000, "other")).status()).isEqualTo(403);
  }

  static Stream<Arguments> large() {
    List<Arguments> bodies = new ArrayList<>();
    for (int bytes : new int[] {SMALL, LARGE}) {
      for (String name : LargeBodies.names()) {
        bodies.add(Arguments.of(bytes, name));
      }
    }
    return bodies.stream();
  }

  /** What the request allocates bounds the memory that it can take. */
  @ParameterizedTest
  @MethodSource("large")
  void refusesABodyWithoutLookingAtMoreThanItsLimit(int bytes, String name) {
    String body = LargeBodies.of(name, bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Event event :
        List.of(
            post("POST /users").body(body),
            post("POST /users/clear").body(body),
            post("PATCH /users/{id}").id(1).body(body),
            post("POST /users")
                .base64(
                    body.substring(0, body.length() * 3 / 4).getBytes(StandardCharsets.UTF_8)))) {
      byte[] sent = event.bytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      Api.Answer answer = api.send(sent, Event.routeKey(event.json()), new FakeContext(20_000));
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(answer.status()).isIn(400, 413, 422);
      assertThat(allocated).isLessThan(64 * MEGABYTE);
    }
  }
}

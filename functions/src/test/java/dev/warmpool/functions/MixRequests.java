package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Random requests of one tenant, each with a check of its response. The name of every user of a
 * tenant begins with the tenant's name, and every tenant has one user, the canary, whose id no
 * other tenant's user has. Thread-safe.
 */
final class MixRequests {

  private static final int KEYS = 20;

  private final String tenant;
  private final long canary;
  private final long foreign;
  private final List<Long> own = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param tenant the tenant's name
   * @param canary the id of its canary, which no request changes
   * @param foreign the id of another tenant's canary
   */
  MixRequests(String tenant, long canary, long foreign) {
    this.tenant = tenant;
    this.canary = canary;
    this.foreign = foreign;
  }

  /**
   * A request and the check of its response, unless that is a 5xx.
   *
   * @param event the request, without its tenant
   */
  record Request(Event event, Consumer<Api.Answer> check) {}

  String tenant() {
    return tenant;
  }

  /** Returns the next request. */
  Request next(Random random) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> list(1 + random.nextInt(500));
      case 2 -> create(random.nextLong() + "@example.org", tenant + random.nextInt());
      case 3 -> create("taken" + random.nextInt(KEYS) + "@example.org", tenant + " taken");
      case 4 -> keyed(random.nextInt(KEYS));
      case 5 -> user("GET /users/{id}", canary, 200);
      case 6 -> user("GET /users/{id}", foreign, 404);
      case 7 -> change(random);
      case 8 -> delete(random);
      case 9 -> clear(random);
      case 10 -> new Request(Event.of("GET /health"), answer -> hasStatus(answer, 200));
      default -> invalid();
    };
  }

  private Request list(int limit) {
    Event event = Event.of("GET /users").with("query", "limit", Integer.toString(limit));
    return new Request(
        event,
        answer -> {
          hasStatus(answer, 200);
          answer
              .json()
              .path("items")
              .forEach(user -> assertThat(user.path("name").asText()).startsWith(tenant));
        });
  }

  private Request create(String email, String name) {
    return new Request(Event.of("POST /users").body(Event.user(email, name)), this::created);
  }

  /** Every tenant has the same keys, of the same caller, with other bodies. */
  private Request keyed(int key) {
    Event event =
        Event.of("POST /users")
            .header("Idempotency-Key", "key" + key)
            .body(Event.user("key" + key + "@example.org", tenant + " key" + key));
    return new Request(event, this::created);
  }

  private void created(Api.Answer answer) {
    hasStatus(answer, 201, 409);
    if (answer.status() == 201) {
      assertThat(answer.json().path("name").asText()).startsWith(tenant);
      own.add(answer.json().path("id").asLong());
    }
  }

  private Request user(String route, long id, int... statuses) {
    Event event = Event.of(route).id(id);
    return new Request(
        event,
        answer -> {
          hasStatus(answer, statuses);
          if (answer.status() == 200) {
            assertThat(answer.json().path("name").asText()).startsWith(tenant);
          }
        });
  }

  private Request change(Random random) {
    boolean astray = random.nextBoolean();
    Request request =
        astray
            ? user("PATCH /users/{id}", foreign, 404)
            : user("PATCH /users/{id}", any(random), 200, 404, 409, 412);
    request.event().body("{\"name\":\"" + tenant + " changed\"}");
    if (random.nextBoolean()) {
      request.event().header("If-Match", "\"1\"");
    }
    return request;
  }

  private Request delete(Random random) {
    return random.nextBoolean()
        ? user("DELETE /users/{id}", foreign, 404)
        : user("DELETE /users/{id}", any(random), 204, 404, 409);
  }

  private Request clear(Random random) {
    boolean astray = random.nextBoolean();
    String ids = astray ? foreign + "" : foreign + "," + any(random);
    return new Request(
        Event.of("POST /users/clear").body("{\"ids\":[" + ids + "]}"),
        answer -> {
          hasStatus(answer, 200, 409);
          assertThat(answer.json().path("cleared").asInt()).isLessThanOrEqualTo(astray ? 0 : 1);
        });
  }

  private Request invalid() {
    Event event = Event.of("POST /users").body(Event.user("nobody", tenant));
    return new Request(event, answer -> hasStatus(answer, 422));
  }

  /** Returns the id of a user of this tenant, or one that no user has. */
  private long any(Random random) {
    synchronized (own) {
      return own.isEmpty() ? Long.MAX_VALUE : own.get(random.nextInt(own.size()));
    }
  }

  private static void hasStatus(Api.Answer answer, int... statuses) {
    assertThat(statuses).as(answer.toString()).contains(answer.status());
  }
}

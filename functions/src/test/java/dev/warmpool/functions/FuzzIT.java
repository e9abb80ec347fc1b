package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.testkit.ContractAnswers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sends generated requests: every response conforms to the contract, none is a 5xx, and no
 * connection stays acquired. A failure names the seed that generates the same event again.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FuzzIT {

  private static final int REQUESTS = Integer.getInteger("counts", 1) == 1 ? 3_000 : 200_000;
  private static final ContractAnswers CONTRACT = ContractAnswers.read();
  private static final Set<Integer> INVALID_REQUEST = Set.of(400, 413, 415, 422);

  private static Api api;

  @BeforeAll
  static void start() {
    Api.migrate("fuzz");
    Api.admin("ALTER ROLE postgres SET synchronous_commit = off");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "fuzz", "POOL_SIZE", "4", "POOL_TIMEOUT", "15"));
  }

  @BeforeEach
  void manyUsers() {
    Api.admin("TRUNCATE fuzz.users RESTART IDENTITY");
    Api.admin(
        "INSERT INTO fuzz.users (email, name)"
            + " SELECT 'a' || i || '@example.org', 'A' FROM generate_series(1, 3000) i");
  }

  @AfterAll
  static void stop() {
    api.close();
    Api.admin("ALTER ROLE postgres RESET synchronous_commit");
    assertThat(
            Api.number(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE application_name = 'warmpool' AND state <> 'idle'"))
        .isZero();
  }

  @Test
  void acceptsRequestsThatConformToTheContract() {
    Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    IntStream.range(0, REQUESTS / 4)
        .parallel()
        .forEach(
            seed -> {
              Event event = new Requests(CONTRACT, random(seed)).next();
              int status = api.send(event).status();
              statuses.computeIfAbsent(status, s -> new LongAdder()).increment();
              assertThat(status).as("seed %s: %s", seed, event.json()).isNotIn(INVALID_REQUEST);
              assertThat(status).as("seed %s: %s", seed, event.json()).isLessThan(500);
            });
    assertThat(statuses.keySet()).contains(200, 201, 204, 404, 409, 412);
  }

  @Test
  void refusesMutatedRequests() {
    Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    IntStream.range(0, REQUESTS - REQUESTS / 4)
        .parallel()
        .forEach(
            seed -> {
              int status = sendMutated(seed);
              statuses.computeIfAbsent(status, s -> new LongAdder()).increment();
            });
    assertThat(statuses.keySet()).contains(200, 201, 400, 404, 413, 415, 422);
  }

  /** Multiplies the seed, because the first numbers of neighbouring seeds are similar. */
  private static Random random(int seed) {
    return new Random(seed * 0x9E3779B97F4A7C15L);
  }

  private static int sendMutated(int seed) {
    Random random = random(~seed);
    byte[] bytes = new Mutations(random).mutate(new Requests(CONTRACT, random).next());
    JsonNode event = read(bytes);
    String route = Event.routeKey(event);
    try {
      int status = api.send(bytes, route, new FakeContext(20_000)).status();
      assertThat(status).isLessThan(500);
      if (status < 300) {
        assertThat(faults(route, event)).isEmpty();
      }
      return status;
    } catch (RuntimeException | AssertionError e) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      String begin = text.substring(0, Math.min(2_000, text.length()));
      throw new AssertionError("seed " + seed + ": " + begin, e);
    }
  }

  /** Validates the body of a request that succeeded. */
  private static List<String> faults(String route, JsonNode event) {
    JsonNode operation = CONTRACT.operations().get(route);
    String reference = operation.at("/requestBody/content/application~1json/schema/$ref").asText();
    if (reference.isEmpty()) {
      return List.of();
    }
    String body = event.path("body").asText();
    byte[] decoded =
        event.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(body)
            : body.getBytes(StandardCharsets.UTF_8);
    return CONTRACT.faults(reference, read(decoded));
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return Json.read(bytes);
    } catch (IOException e) {
      return Json.object();
    }
  }
}

package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.testkit.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No request, however malformed, causes a 5xx, ends an environment or leaves a connection in use. A
 * failure names its seed, which reproduces the request.
 */
class WireFuzzIT {

  private static final int REQUESTS = 1_000 * Integer.getInteger("counts", 1);
  private static final ContractAnswers CONTRACT = ContractAnswers.read();
  private static final Set<Integer> FAULTS = Set.of(500, 502, 503, 504);

  /** A header that only the function sets, not the gateway. */
  private static final String FUNCTION_HEADER = "X-Correlation-Id";

  private static PostgresServer server;
  private static ProjectStack project;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    project =
        ProjectStack.start(
            server,
            Map.of("POSTGRES_SCHEMA", "fuzz", "POOL_TIMEOUT", "10"),
            UnaryOperator.identity());
    project.warmUp();
  }

  @AfterAll
  static void stop() {
    project.close();
    server.close();
  }

  @Test
  void survivesMalformedRequests() {
    List<Long> before = project.processes();
    Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
    IntStream.range(0, REQUESTS)
        .parallel()
        .forEach(seed -> statuses.merge(send(seed), 1, Integer::sum));
    assertThat(statuses.keySet()).contains(200, 201, 400, 404, 415, 422, 431);
    assertThat(project.processes()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(project.http().get("/users").statusCode()).isEqualTo(200);
    assertThat(server.states()).isNotEmpty().containsOnly("idle");
  }

  private static int send(int seed) {
    byte[] request = new RawRequests(seed).next();
    RawHttp.Answer answer = RawHttp.send(project.stack().httpAddress(), request);
    String text =
        "seed "
            + seed
            + ": "
            + new String(request, StandardCharsets.UTF_8).lines().limit(5).toList();
    assertThat(answer.status()).as(text).isNotIn(FAULTS);
    boolean bare = new String(request, StandardCharsets.UTF_8).startsWith("HEAD");
    if (answer.headers().containsKey(FUNCTION_HEADER) && !bare) {
      assertThat(faults(answer)).as(text + answer.body()).isEmpty();
    }
    return answer.status();
  }

  /** Empty if the response conforms to any route, since the request's route is unknown here. */
  private static List<String> faults(RawHttp.Answer answer) {
    Map<String, String> headers =
        answer.headers().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, h -> String.join(",", h.getValue())));
    List<String> faults = new ArrayList<>();
    for (String route :
        Stream.concat(CONTRACT.operations().keySet().stream(), Stream.of("$default")).toList()) {
      List<String> found = CONTRACT.faults(route, answer.status(), headers, answer.body());
      if (found.isEmpty()) {
        return List.of();
      }
      faults.addAll(found);
    }
    return faults;
  }
}

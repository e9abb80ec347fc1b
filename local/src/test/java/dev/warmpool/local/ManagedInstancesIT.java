package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent invocations of two tenants in one process. */
class ManagedInstancesIT {

  private static final int CONCURRENCY = 32;
  private static final int REQUESTS = 1_000 * SessionStack.COUNTS;

  /** Fewer than concurrent invocations, so that some of them wait for a connection. */
  private static final int CONNECTIONS = 8;

  private static PostgresServer server;
  private static SessionStack stack;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    stack =
        SessionStack.on(
            server,
            1,
            Map.of(
                "LOCAL_INITIALIZATION",
                "managed-instances",
                "LOCAL_CONCURRENCY",
                Integer.toString(CONCURRENCY),
                "POOL_SIZE",
                Integer.toString(CONNECTIONS),
                "MAX_OVERFLOW",
                "0"));
  }

  @AfterAll
  static void stop() {
    stack.close();
    server.close();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void keepsInvocationsApartWithinThePoolsLimit() {
    FunctionRunner function = stack.function("Session");
    Set<Integer> backends = ConcurrentHashMap.newKeySet();
    Set<Long> processes = ConcurrentHashMap.newKeySet();
    AtomicInteger most = new AtomicInteger();
    ExecutorService callers = Executors.newFixedThreadPool(CONCURRENCY);
    try {
      Stream<CompletableFuture<Void>> requests =
          IntStream.range(0, REQUESTS)
              .mapToObj(
                  i ->
                      CompletableFuture.runAsync(
                          () -> {
                            JsonNode answer = request(i);
                            backends.add(answer.path("backend").asInt());
                            processes.add(answer.path("process").asLong());
                            if (i % 100 == 0) {
                              most.accumulateAndGet(stack.connections().size(), Math::max);
                            }
                          },
                          callers));
      CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new)).join();
    } finally {
      callers.shutdown();
    }
    assertThat(processes).hasSize(1).isEqualTo(Set.copyOf(function.processes()));
    assertThat(most.get()).isBetween(1, CONNECTIONS);
    assertThat(backends).hasSizeBetween(2, CONNECTIONS);
  }

  private static JsonNode request(int i) {
    String tenant = i % 2 == 0 ? "tenant_a" : "tenant_b";
    String token = "request " + i;
    JsonNode answer =
        stack.invoke("Session", "{\"schema\":\"%s\",\"token\":\"%s\"}".formatted(tenant, token));
    assertThat(answer.path("owner").asText()).isEqualTo(tenant);
    assertThat(answer.path("token").asText()).isEqualTo(token);
    return answer;
  }

  @Test
  void answersWithRetryAfterOnAPoolTimeout() {
    try (PostgresServer slow = PostgresServer.with(Map.of());
        SessionStack one =
            SessionStack.on(
                slow,
                1,
                Map.of(
                    "LOCAL_INITIALIZATION", "managed-instances",
                    "LOCAL_CONCURRENCY", "4",
                    "POOL_SIZE", "1",
                    "MAX_OVERFLOW", "0",
                    "POOL_TIMEOUT", "1.5"))) {
      slow.execute(SessionStack.SLOW_USERS);
      Http http = new Http(one.stack().httpAddress());
      http.get("/users/1"); // loads the classes
      List<HttpResponse<String>> answers =
          Stream.generate(
                  () -> CompletableFuture.supplyAsync(() -> http.get("/users/1"), onANewThread()))
              .limit(3)
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList();
      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() == 503)
          .isNotEmpty()
          .allMatch(answer -> answer.headers().firstValue("retry-after").isPresent());
    }
  }

  private static Executor onANewThread() {
    return task -> new Thread(task).start();
  }
}

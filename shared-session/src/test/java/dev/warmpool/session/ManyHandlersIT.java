package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Runs handlers on many threads of one environment that serves several invocations at once. */
class ManyHandlersIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int THREADS = 16;
  private static final int SESSIONS = 1_000 * COUNTS;

  private final ExecutorService handlers = Executors.newFixedThreadPool(THREADS);
  private SessionManager manager;

  @BeforeEach
  void start() {
    manager =
        DATABASE.manager(
            "public",
            Map.of(
                "AWS_LAMBDA_MAX_CONCURRENCY",
                Integer.toString(THREADS),
                "POOL_SIZE",
                "8",
                "POOL_TIMEOUT",
                "20"));
  }

  @AfterEach
  void stop() {
    handlers.shutdown();
    assertThat(manager.quiesce(BOUND).block()).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    manager.close(BOUND).block();
  }

  private Mono<Integer> echo(int i) {
    SessionOptions options = SessionOptions.standard();
    return manager.inSession(
        i % 2 == 0 ? options : options.readOnly(),
        session -> session.query("SELECT $1::int", row -> row.get(0, Integer.class), i).single());
  }

  /** A handler that blocks by await, by block, or by block inside an awaited result. */
  private Integer handle(int i) {
    return switch (i % 3) {
      case 0 -> manager.await(echo(i), BOUND);
      case 1 -> echo(i).block(BOUND);
      default -> manager.await(Mono.defer(() -> Mono.just(echo(i).block(BOUND))), BOUND);
    };
  }

  @Test
  void givesEachHandlerItsResultHoweverItBlocks() {
    List<CompletableFuture<Integer>> results =
        IntStream.range(0, SESSIONS)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> handle(i), handlers))
            .toList();

    for (int i = 0; i < SESSIONS; i++) {
      assertThat(results.get(i).join()).isEqualTo(i);
    }
  }
}

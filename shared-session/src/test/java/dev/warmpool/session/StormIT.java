package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Many more managers than the server has connections, each idle with one after its work. */
class StormIT {

  private static final int MANAGERS = 50;

  @Test
  void servesEveryUnitOfWorkBecauseTheServerClosesWhatIsIdle() {
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "20"))) {
      TestDatabase database = new TestDatabase(server);
      List<SessionManager> managers =
          IntStream.range(0, MANAGERS)
              .mapToObj(
                  i -> database.manager("public", Map.of("POOL_IDLE", "1", "POOL_TIMEOUT", "30")))
              .toList();
      List<Integer> pids =
          Flux.fromIterable(managers)
              .flatMap(
                  manager ->
                      manager.inSession(
                          SessionOptions.until(Deadline.after(Duration.ofSeconds(30))),
                          TestDatabase::pid),
                  MANAGERS)
              .collectList()
              .block(Duration.ofSeconds(40));
      assertThat(pids).hasSize(MANAGERS);
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> database.states().isEmpty());
      managers.forEach(TestDatabase::end);
    }
  }
}

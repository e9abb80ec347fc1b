package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import io.micrometer.context.ContextRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** Propagates the caller's thread-locals by Reactor's automatic context propagation. */
class ContextIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String KEY = "request";

  private final ThreadLocal<String> request = new ThreadLocal<>();

  @BeforeEach
  void start() {
    ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, request);
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterEach
  void stop() {
    Hooks.disableAutomaticContextPropagation();
    ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
  }

  /** On the loop that callers run and on Reactor's, with {@code await} and with {@code block}. */
  @ParameterizedTest
  @ValueSource(strings = {"caller", "threads"})
  void restoresThreadLocalsBehindAQuery(String loop) {
    SessionManager manager = DATABASE.manager("public", Map.of("WARMPOOL_LOOP", loop));
    Mono<String> read =
        manager.inSession(
            SessionOptions.standard(),
            session ->
                session
                    .query("SELECT 1", row -> 1)
                    .single()
                    .map(one -> String.valueOf(request.get())));
    request.set("r-1");
    try {
      List<String> seen = List.of(manager.await(read, BOUND), read.block(BOUND));

      assertThat(seen).containsExactly("r-1", "r-1");
    } finally {
      request.remove();
      TestDatabase.end(manager);
    }
  }
}

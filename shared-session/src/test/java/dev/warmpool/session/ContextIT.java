package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import io.micrometer.context.ContextRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** Propagates the caller's thread-locals by Reactor's automatic context propagation. */
class ContextIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String KEY = "request";

  private static final ThreadLocal<String> REQUEST = new ThreadLocal<>();

  /** Where the thread-local is read. */
  enum Place {
    QUERY {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(SessionOptions.standard(), s -> seen(query(s)));
      }
    },
    EXECUTE {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(SessionOptions.standard(), s -> seen(s.execute("SELECT 1")));
      }
    },
    BATCH {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(
            SessionOptions.standard(),
            s -> seen(s.batch("SELECT $1::int", Flux.just(new Object[] {1}, new Object[] {2}))));
      }
    },
    COPY {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(
            SessionOptions.standard(),
            s ->
                s.execute("CREATE TEMP TABLE context_it (n int) ON COMMIT DROP")
                    .then(
                        seen(
                            s.copyIn(
                                "COPY context_it FROM STDIN", Flux.just(CopyInIT.line("1"))))));
      }
    },
    ROWS_OF_A_BATCH {
      @Override
      Mono<String> read(SessionManager manager) {
        AtomicReference<String> read = new AtomicReference<>();
        Flux<Object[]> rows =
            Flux.range(1, 3)
                .doOnNext(n -> read.set(String.valueOf(REQUEST.get())))
                .map(n -> new Object[] {n});
        return manager
            .inSession(SessionOptions.standard(), s -> s.batch("SELECT $1::int", rows))
            .map(count -> read.get());
      }
    },
    ONE_STATEMENT {
      @Override
      Mono<String> read(SessionManager manager) {
        return seen(manager.execute(SessionOptions.standard(), "SELECT 1"));
      }
    },
    ONE_QUERY {
      @Override
      Mono<String> read(SessionManager manager) {
        return seen(manager.query(SessionOptions.standard().readOnly(), "SELECT 1", row -> 1));
      }
    },
    SAVEPOINT {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(
            SessionOptions.standard(), s -> s.savepoint(part -> seen(query(part))));
      }
    },
    BEHIND_A_SAVEPOINT {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(
            SessionOptions.standard(), s -> seen(s.savepoint(part -> query(part).then(one()))));
      }
    },
    CONNECTION {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.inSession(
            SessionOptions.standard(),
            s ->
                seen(
                    Flux.from(s.connection().createStatement("SELECT 1").execute())
                        .concatMap(result -> result.map(row -> 1))));
      }
    },
    BEHIND_THE_SESSION {
      @Override
      Mono<String> read(SessionManager manager) {
        return seen(manager.inSession(SessionOptions.standard(), s -> query(s).then(one())));
      }
    },
    STREAM {
      @Override
      Mono<String> read(SessionManager manager) {
        return seen(manager.stream(SessionOptions.standard().snapshot(), Place::query));
      }
    },
    IN_A_STREAM {
      @Override
      Mono<String> read(SessionManager manager) {
        return manager.stream(SessionOptions.standard().readOnly(), s -> seen(query(s))).single();
      }
    };

    abstract Mono<String> read(SessionManager manager);

    private static Flux<Integer> query(Session session) {
      return session.query("SELECT 1", row -> 1);
    }

    private static Mono<Integer> one() {
      return Mono.just(1);
    }

    private static Mono<String> seen(Flux<?> items) {
      return seen(items.single());
    }

    private static Mono<String> seen(Mono<?> item) {
      return item.map(one -> String.valueOf(REQUEST.get()));
    }
  }

  @BeforeEach
  void start() {
    ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, REQUEST);
    Hooks.enableAutomaticContextPropagation();
  }

  @AfterEach
  void stop() {
    Hooks.disableAutomaticContextPropagation();
    ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
  }

  /** On the loop that callers run and on Reactor's, with {@code await} and with {@code block}. */
  @ParameterizedTest
  @CsvSource({
    "caller, QUERY",
    "caller, EXECUTE",
    "caller, BATCH",
    "caller, COPY",
    "caller, ROWS_OF_A_BATCH",
    "caller, ONE_STATEMENT",
    "caller, ONE_QUERY",
    "caller, SAVEPOINT",
    "caller, BEHIND_A_SAVEPOINT",
    "caller, CONNECTION",
    "caller, BEHIND_THE_SESSION",
    "caller, STREAM",
    "caller, IN_A_STREAM",
    "threads, QUERY",
    "threads, EXECUTE",
    "threads, BATCH",
    "threads, COPY",
    "threads, ROWS_OF_A_BATCH",
    "threads, ONE_STATEMENT",
    "threads, ONE_QUERY",
    "threads, SAVEPOINT",
    "threads, BEHIND_A_SAVEPOINT",
    "threads, CONNECTION",
    "threads, BEHIND_THE_SESSION",
    "threads, STREAM",
    "threads, IN_A_STREAM"
  })
  void restoresThreadLocals(String loop, Place place) {
    SessionManager manager = DATABASE.manager("public", Map.of("WARMPOOL_LOOP", loop));
    Mono<String> read = place.read(manager);
    REQUEST.set("r-1");
    try {
      List<String> seen = List.of(manager.await(read, BOUND), read.block(BOUND));

      assertThat(seen).containsExactly("r-1", "r-1");
    } finally {
      REQUEST.remove();
      TestDatabase.end(manager);
    }
  }
}

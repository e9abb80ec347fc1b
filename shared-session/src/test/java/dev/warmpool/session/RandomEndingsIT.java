package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions of every kind that end in every way at any moment, as a listener hears of them. */
class RandomEndingsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final int SESSIONS = 500 * COUNTS;
  private static final int AT_ONCE = 6;
  private static final int LONGEST_MICROS = 30_000;

  private static final SessionOptions STANDARD = SessionOptions.standard();

  private static final List<SessionOptions> KINDS =
      List.of(
          STANDARD,
          STANDARD.at(Isolation.SERIALIZABLE),
          STANDARD.readOnly(),
          STANDARD.snapshot(),
          STANDARD.outsideTransaction(),
          STANDARD.as("nobody"));

  private static final List<String> TEXTS =
      List.of("SELECT 1", "SELECT 1/0", "SELECT pg_sleep(0.01)", "DEALLOCATE missing");

  private final Map<Long, String> ends = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /** Notes the end of each session, and what is told behind it or again. */
  private final class Notes implements SessionListener {

    private final Map<Long, String> cuts = new ConcurrentHashMap<>();

    private void end(ObservedSession session, String how) {
      String before = ends.put(session.number(), how);
      if (before != null) {
        wrong.add(how + " after " + before);
      }
    }

    @Override
    public void cut(ObservedSession session, Duration time) {
      if (ends.containsKey(session.number()) || cuts.put(session.number(), "cut") != null) {
        wrong.add("cut again or after the end");
      }
    }

    @Override
    public void committed(ObservedSession session, Duration time) {
      end(session, "committed");
    }

    @Override
    public void rolledBack(ObservedSession session, Duration time) {
      end(session, "rolled back");
    }

    @Override
    public void outcomeUnknown(ObservedSession session, Duration time) {
      end(session, "outcome unknown");
    }
  }

  @Test
  void areToldOnceEach() {
    DATABASE.admin(
        "DROP TABLE IF EXISTS random_it; CREATE TABLE random_it (id int); GRANT ALL ON random_it TO public");
    WireProxy proxy = WireProxy.to(DATABASE.server().port());
    proxy.delay(Duration.ofMillis(1));
    Map<String, String> settings = new HashMap<>(DATABASE.server().environment());
    settings.put("POSTGRES_SCHEMA", "public");
    settings.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    settings.put("POOL_SIZE", "3");
    SessionManager manager =
        SessionManagers.listening(
            SessionSettings.from(settings), PasswordSource.fixed("postgres"), new Notes());

    manager.await(
        Flux.range(0, SESSIONS).flatMap(i -> ended(manager), AT_ONCE).then(),
        Duration.ofMinutes(5));

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(wrong).isEmpty();
    assertThat(ends).hasSize(SESSIONS).containsValue("committed").containsValue("rolled back");
    TestDatabase.end(manager);
    proxy.close();
  }

  private static Mono<Void> ended(SessionManager manager) {
    SessionOptions kind = one(KINDS);
    SessionOptions options = one(List.of(kind, kind.by(Deadline.after(moment()))));
    Mono<Void> once = manager.inSession(options, s -> statement(s).then(statement(s)).then());
    boolean streams = !kind.kind().writes() && ThreadLocalRandom.current().nextBoolean();
    Mono<Void> session =
        streams
            ? manager.stream(options, s -> s.query(one(TEXTS), row -> 1).repeat(2)).take(2).then()
            : once;
    Mono<?> leaving = one(List.of(Mono.never(), Mono.delay(moment())));
    return session.takeUntilOther(leaving).onErrorComplete();
  }

  private static Mono<Long> statement(Session session) {
    Flux<Object[]> rows = Flux.range(0, 3).map(i -> new Object[] {i});
    Flux<ByteBuffer> lines = Flux.range(0, 3).map(i -> CopyInIT.line(i + ""));
    return switch (ThreadLocalRandom.current().nextInt(5)) {
      case 0 -> session.batch("INSERT INTO random_it VALUES ($1)", paused(rows));
      case 1 -> session.batch("SELECT 1 / $1::int", paused(rows));
      case 2 -> session.copyIn("COPY random_it FROM STDIN", paused(lines));
      default -> session.execute(one(TEXTS));
    };
  }

  private static <T> Flux<T> paused(Flux<T> items) {
    return items.concatWith(Mono.delay(moment()).then(Mono.empty())).concatWith(items);
  }

  private static Duration moment() {
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(LONGEST_MICROS) * 1_000);
  }

  private static <T> T one(List<T> choices) {
    return choices.get(ThreadLocalRandom.current().nextInt(choices.size()));
  }
}

package dev.warmpool.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Parts of a session that are undone, however they end. */
class SavepointIT {

  private static final PostgresServer SERVER = PostgresServer.shared();
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final Duration BRIEF = Duration.ofMillis(100);

  private SessionManager manager;

  @BeforeAll
  static void schema() {
    SERVER.execute(
        "DROP SCHEMA IF EXISTS savepoint_it CASCADE; CREATE SCHEMA savepoint_it;"
            + "CREATE TABLE savepoint_it.item (id int PRIMARY KEY, name text)");
  }

  @BeforeEach
  void start() {
    SERVER.execute("TRUNCATE savepoint_it.item");
    Map<String, String> environment = new HashMap<>(SERVER.environment());
    environment.put("POSTGRES_SCHEMA", "savepoint_it");
    manager =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  @AfterEach
  void assertNothingIsAcquired() {
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    manager.close(BOUND).block(BOUND);
  }

  private static long items() {
    return SERVER.number("SELECT count(*) FROM savepoint_it.item");
  }

  @Test
  void undoesAFailedPartAlone() {
    assertUndone(
        s ->
            s.savepoint(
                    part ->
                        part.execute("INSERT INTO item VALUES (2)")
                            .then(part.execute("INSERT INTO item VALUES (1)")))
                .onErrorReturn(0L));
  }

  @Test
  void undoesAPartThatIsCancelled() {
    assertUndoneIfCancelled(
        s ->
            s.savepoint(
                part ->
                    part.execute("INSERT INTO item VALUES (2)")
                        .then(part.execute("SELECT pg_sleep(0.3)"))));
  }

  /** The undoing waits for a statement of the part and is cancelled meanwhile. */
  @Test
  void undoesAFailedPartThatIsCancelledWhileItWaits() {
    assertUndone(
        s ->
            s.savepoint(
                    part ->
                        part.execute("INSERT INTO item VALUES (2)")
                            .then(
                                part.execute("SELECT pg_sleep(0.4)")
                                    .timeout(Duration.ofMillis(50))))
                .timeout(Duration.ofMillis(200), Mono.just(0L)));
  }

  @Test
  void undoesNestedSavepointsThatAreCancelled() {
    assertUndoneIfCancelled(
        s ->
            s.savepoint(
                outer ->
                    outer
                        .execute("INSERT INTO item VALUES (2)")
                        .then(outer.savepoint(SavepointIT::insertsForever))));
  }

  private static Mono<Long> insertsForever(Session session) {
    return session.execute("INSERT INTO item VALUES (4)").then(Mono.never());
  }

  @Test
  void undoesABatchThatIsCancelled() {
    Flux<Object[]> endless = Flux.range(10, 2_000).map(id -> new Object[] {id});

    assertUndoneIfCancelled(
        s ->
            s.savepoint(
                part ->
                    part.batch("INSERT INTO item VALUES ($1)", endless.concatWith(Flux.never()))));
  }

  @Test
  void undoesACopyThatIsCancelled() {
    Flux<ByteBuffer> endless =
        Flux.range(10, 2_000).map(id -> ByteBuffer.wrap((id + "\n").getBytes(US_ASCII)));

    assertUndoneIfCancelled(
        s ->
            s.savepoint(
                part ->
                    part.copyIn("COPY item (id) FROM STDIN", endless.concatWith(Flux.never()))));
  }

  /** As what is left while another thread signals its error. */
  @Test
  void undoesOnceAPartThatFailsWhileItIsCancelled() {
    assertUndoneIfCancelled(
        s ->
            s.savepoint(
                part ->
                    part.execute("INSERT INTO item VALUES (2)").then(new FailingWhenCancelled())));
  }

  private void assertUndoneIfCancelled(Function<Session, Mono<Long>> part) {
    assertUndone(s -> part.apply(s).timeout(BRIEF, Mono.just(0L)));
  }

  /** The session goes on behind the part, and commits what is not of it. */
  private void assertUndone(Function<Session, Mono<Long>> part) {
    manager
        .inSession(
            SessionOptions.standard(),
            s ->
                s.execute("INSERT INTO item VALUES (1)")
                    .then(part.apply(s))
                    .then(s.execute("INSERT INTO item VALUES (3)")))
        .block(BOUND);
    assertThat(items()).isEqualTo(2);
    assertThat(SERVER.number("SELECT count(*) FROM savepoint_it.item WHERE id IN (1, 3)"))
        .isEqualTo(2);
  }

  private static final class FailingWhenCancelled extends Mono<Long> {

    @Override
    public void subscribe(CoreSubscriber<? super Long> subscriber) {
      subscriber.onSubscribe(
          new Subscription() {
            @Override
            public void request(long n) {
              // fails at its end
            }

            @Override
            public void cancel() {
              subscriber.onError(new IllegalStateException("failed meanwhile"));
            }
          });
    }
  }
}

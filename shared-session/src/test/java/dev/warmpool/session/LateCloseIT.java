package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Ends sessions whose connection cannot be closed because its server does not read. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "a server process is stopped by SIGSTOP")
class LateCloseIT {

  /** Larger than the buffers between client and server. */
  private static final String LONG = "x".repeat(64 << 20);

  private static final Duration CANCEL_AFTER = Duration.ofSeconds(1);

  private final TestDatabase database = new TestDatabase(PostgresServer.shared());

  /** On the loop that callers run, and on Reactor's. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "4"})
  void closesTheConnectionOnceItsServerReadsAgain(String concurrency) {
    SessionManager manager =
        database.manager("public", Map.of("AWS_LAMBDA_MAX_CONCURRENCY", concurrency));
    AtomicInteger stopped = new AtomicInteger();
    try {
      Mono<Long> late =
          manager.inSession(
              SessionOptions.standard(),
              session ->
                  TestDatabase.pid(session)
                      .doOnNext(stopped::set)
                      .doOnNext(pid -> TestDatabase.signal("STOP", pid))
                      .flatMap(pid -> session.execute("SELECT length($1)", LONG)));
      StepVerifier.create(late).thenAwait(CANCEL_AFTER).thenCancel().verify();
      assertThat(manager.quiesce(TestDatabase.BOUND).block()).isTrue();
      assertThat(manager.stats().acquired()).isZero();
    } finally {
      TestDatabase.signal("CONT", stopped.get());
    }
    Awaitility.await()
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE pid = " + stopped.get())
                    == 0);
    TestDatabase.end(manager);
  }
}

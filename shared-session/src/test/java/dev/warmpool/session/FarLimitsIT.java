package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit past what can be counted in nanoseconds or milliseconds is a far limit. */
class FarLimitsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @ParameterizedTest
  @CsvSource({"caller, transaction", "caller, startup", "threads, transaction", "threads, startup"})
  void areTakenByEveryOperation(String loop, String binding) {
    SessionManager manager =
        DATABASE.manager("public", Map.of("WARMPOOL_LOOP", loop, "SCHEMA_BINDING", binding));
    SessionOptions until = SessionOptions.until(Deadline.after(FOREVER));

    for (SessionOptions options :
        new SessionOptions[] {until, until.readOnly(), until.snapshot(), until.retrying(1)}) {
      Integer pid = manager.await(manager.inSession(options, TestDatabase::pid), FOREVER);
      assertThat(pid).isPositive();
      long rows = manager.blocking().execute(options, "SELECT 1");
      assertThat(rows).isOne();
    }
    assertThat(manager.await(manager.quiesce(FOREVER), FOREVER)).isTrue();
    assertThat(manager.endStrays(origin -> true, FOREVER).collectList().block()).isEmpty();
    manager.await(manager.renew(FOREVER), FOREVER);
    Integer pid = manager.await(manager.inSession(until, TestDatabase::pid), FOREVER);
    assertThat(pid).isPositive();
    manager.await(manager.close(FOREVER), FOREVER);
    assertThat(manager.stats().idle()).isZero();
  }
}

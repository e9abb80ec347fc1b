package dev.warmpool.session.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.Schema;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.InFlight;
import dev.warmpool.session.internal.pool.Acquisition.Limits;
import dev.warmpool.session.internal.postgres.Connector;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/**
 * How a session gets its connection, and with it the thread that sends its messages: the driver's
 * loop sends some by itself, and refuses messages of two threads at once.
 */
class LeaseIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final SearchPath PATH = new SearchPath(new Schema("public"), null);

  private static Connections connections(String loop) {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("WARMPOOL_LOOP", loop);
    SessionSettings settings = SessionSettings.from(environment);
    EventLoops loops = EventLoops.of(settings.loop());
    Connector connector =
        new Connector(settings, PasswordSource.fixed("postgres"), InstantSource.system());
    return new Connections(settings, connector, loops, new InFlight(loops));
  }

  private static Mono<String> threadOfAWarmConnection(Connections pool) {
    return new Acquisition(pool, PATH, new Limits(BOUND, null))
        .lease(Mono.never())
        .flatMap(
            lease ->
                Mono.just(Thread.currentThread().getName())
                    .delayUntil(name -> lease.release(BOUND)));
  }

  @ParameterizedTest
  @CsvSource({"caller, warmpool-loop", "threads, reactor-tcp"})
  void isTheOneOfTheEventLoopWhereverTheSessionBegins(String loop, String thread) {
    Connections pool = connections(loop);
    for (int i = 0; i < 5; i++) {
      assertThat(threadOfAWarmConnection(pool).block(BOUND)).startsWith(thread);
      assertThat(pool.stats().idle()).isEqualTo(1);
    }
    pool.close().block(BOUND);
  }

  /** Of a dead connection both its opening and the end of its session may dispose. */
  @Test
  void countsALeaseOnceHoweverOftenItIsEnded() {
    Connections pool = connections("caller");
    Mono<Lease> acquired = new Acquisition(pool, PATH, new Limits(BOUND, null)).lease(Mono.never());
    acquired
        .flatMap(
            lease ->
                lease.invalidate(BOUND).then(lease.release(BOUND)).then(lease.invalidate(BOUND)))
        .block(BOUND);

    assertThat(pool.stats().acquired()).isZero();
    assertThat(pool.stats().idle()).isZero();
    pool.close().block(BOUND);
  }
}

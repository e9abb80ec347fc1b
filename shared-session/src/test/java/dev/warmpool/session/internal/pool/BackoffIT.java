package dev.warmpool.session.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.Schema;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.InFlight;
import dev.warmpool.session.internal.postgres.Connector;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.settings.LoopMode;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;

/** Connects again and again to a port on which no server listens. */
class BackoffIT {

  private static final SearchPath PATH = new SearchPath(new Schema("public"), null);
  private static final Duration BOUND = Duration.ofSeconds(20);

  private static final int ATTEMPTS = 4;

  /** The loops of callers, which note an acquisition's delays and abort when there are enough. */
  private static final class NotingLoops implements EventLoops {

    private final EventLoops loops = EventLoops.of(LoopMode.CALLER);
    private final List<Long> delays = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> aborted = Sinks.empty();

    @Override
    public LoopResources resources() {
      return loops.resources();
    }

    @Override
    public void connect(Runnable task) {
      loops.connect(task);
    }

    @Override
    public void hold() {
      loops.hold();
    }

    @Override
    public void release() {
      loops.release();
    }

    @Override
    public Disposable in(Duration delay, Runnable task) {
      if (task.getClass().getName().startsWith(Acquisition.class.getName())) {
        delays.add(delay.toMillis());
      }
      if (delays.size() == ATTEMPTS) {
        aborted.tryEmitError(new CancellationException("enough"));
      }
      return loops.in(delay, task);
    }

    @Override
    public void run(Scheduler connection, Runnable task) {
      loops.run(connection, task);
    }

    @Override
    public <T> @Nullable T await(Mono<T> result, Duration limit) {
      return loops.await(result, limit);
    }
  }

  /** The delays between the attempts of one acquisition. */
  private static List<Long> delays() {
    NotingLoops loops = new NotingLoops();
    SessionSettings settings =
        SessionSettings.from(
            Map.of(
                "POSTGRES_HOST", "127.0.0.1",
                "POSTGRES_PORT", "1",
                "POSTGRES_DB", "none",
                "POSTGRES_USER", "none",
                "POSTGRES_PASSWORD", "none"));
    Connector connector =
        new Connector(settings, PasswordSource.fixed("none"), InstantSource.system());
    InFlight session = new InFlight(loops);
    Connections pool = new Connections(settings, connector, loops, session);
    Acquisition acquisition = new Acquisition(pool, PATH, new Acquisition.Limits(BOUND, null));
    session.begin();
    loops.await(acquisition.lease(loops.aborted.asMono()).onErrorComplete(), BOUND);
    session.end();
    return loops.delays;
  }

  @Test
  void doublesTheDelayAndTakesUpToHalfOffAtRandom() {
    Set<Long> first = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      List<Long> delays = delays();
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        assertThat(delays.get(attempt)).isBetween(10L << attempt, 20L << attempt);
      }
      first.add(delays.get(2));
    }
    assertThat(first).hasSizeGreaterThan(1);
  }
}

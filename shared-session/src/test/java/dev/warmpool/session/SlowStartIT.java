package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** Time that this process needs itself, as for loading classes, is no silence of the server. */
class SlowStartIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final Duration LIMIT = Duration.ofMillis(500);

  @Test
  void doesNotTakeABusyLoopForASilentServer() {
    WireProxy proxy = WireProxy.to(DATABASE.server().port());
    SessionManager manager =
        DATABASE.manager(
            "public",
            Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "OPENING_TIMEOUT", "0.5"));
    TestDatabase.pid(manager, SessionOptions.standard());
    proxy.delay(Duration.ofMillis(50));

    Integer one =
        TestDatabase.await(
            manager.inSession(
                SessionOptions.standard(),
                session ->
                    Mono.<Integer>create(
                        sink ->
                            session.query("SELECT 1", row -> 1).subscribe(new BusyOnce(sink)))));

    assertThat(one).isOne();
    assertThat(manager.stats().replayed()).isZero();
    manager.close(BOUND).block(BOUND);
    proxy.close();
  }

  /** Keeps the loop busy for longer than the limit, just before the opening is sent. */
  private static final class BusyOnce extends BaseSubscriber<Integer> {

    private final MonoSink<Integer> sink;
    private final AtomicBoolean busy = new AtomicBoolean();

    BusyOnce(MonoSink<Integer> sink) {
      this.sink = sink;
    }

    @Override
    public Context currentContext() {
      if (isInOpening() && busy.compareAndSet(false, true)) {
        long until = System.nanoTime() + LIMIT.plusMillis(100).toNanos();
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
      }
      return Context.empty();
    }

    private static boolean isInOpening() {
      return StackWalker.getInstance()
          .walk(
              frames ->
                  frames.anyMatch(frame -> frame.getClassName().endsWith("PipelinedOpening")));
    }

    @Override
    protected void hookOnNext(Integer value) {
      sink.success(value);
    }

    @Override
    protected void hookOnError(Throwable error) {
      sink.error(error);
    }
  }
}

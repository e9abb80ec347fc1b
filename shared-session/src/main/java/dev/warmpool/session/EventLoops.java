package dev.warmpool.session;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import reactor.netty.resources.LoopResources;

/** On which event loops connections live. */
enum EventLoops {

  /** The one that waiting callers drive: nothing is shorter for one caller at a time. */
  CALLERS {
    @Override
    PostgresqlConnectionConfiguration.Builder on(
        PostgresqlConnectionConfiguration.Builder connections) {
      return connections.loopResources(CALLERS_LOOP);
    }

    @Override
    void hold() {
      CallerEventLoop.shared().hold();
    }

    @Override
    void release() {
      CallerEventLoop.shared().release();
    }
  },

  /** Reactor's, each with a thread of its own: many callers at once are spread over processors. */
  THREADS {
    @Override
    PostgresqlConnectionConfiguration.Builder on(
        PostgresqlConnectionConfiguration.Builder connections) {
      return connections;
    }

    @Override
    void hold() {}

    @Override
    void release() {}
  };

  /** One object for all, for reactor-netty remembers each for ever. */
  private static final LoopResources CALLERS_LOOP = server -> CallerEventLoop.shared();

  /** What suits the number of callers that the environment has at once. */
  static EventLoops of(SessionSettings settings) {
    return settings.pool().concurrency() == 1 ? CALLERS : THREADS;
  }

  /** The same connections, on these event loops. */
  abstract PostgresqlConnectionConfiguration.Builder on(
      PostgresqlConnectionConfiguration.Builder connections);

  /** From now until it is released, something is under way on a connection. */
  abstract void hold();

  /** Ends what {@link #hold()} began. */
  abstract void release();
}

package dev.warmpool.session;

import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.LoopMode;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A server as the tests of sessions see it: managers on it, and a look at it from outside. */
final class TestDatabase {

  /** Longer than anything here may take. */
  static final Duration BOUND = Duration.ofSeconds(20);

  /** How much of each large count is run: 1 of 10, or all of it in a soak. */
  static final int COUNTS = Integer.getInteger("counts", 1);

  private static final EventLoops LOOPS = EventLoops.of(LoopMode.CALLER);

  private static final String PID = "SELECT pg_backend_pid()";

  private final PostgresServer server;

  TestDatabase(PostgresServer server) {
    this.server = server;
  }

  PostgresServer server() {
    return server;
  }

  SessionManager manager(String schema, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", schema);
    environment.putAll(changes);
    return SessionManagers.create(
        SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  /** Runs statements as superuser. */
  void admin(String sql) {
    server.execute(sql);
  }

  /** The first column of what a query finds. */
  List<String> column(String sql) {
    return server.column(sql);
  }

  long number(String sql) {
    return server.number(sql);
  }

  /** States of the connections that sessions have, as the server sees them. */
  List<String> states() {
    return server.states();
  }

  void killAll() {
    admin(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'warmpool'");
  }

  static Mono<Integer> pid(Session session) {
    return session.query(PID, row -> row.get(0, Integer.class)).single();
  }

  static Integer pid(SessionManager manager, SessionOptions options) {
    return manager.inSession(options, TestDatabase::pid).as(TestDatabase::await);
  }

  /** Waits until nothing is under way, then closes. */
  static void end(SessionManager manager) {
    manager.close(BOUND).as(TestDatabase::await);
  }

  /** The result, as a handler waits for it. */
  static <T> @Nullable T await(Mono<T> result) {
    return LOOPS.await(result, BOUND);
  }

  /**
   * Sends a process that the tests have started a signal, as it is named to {@code kill}: STOP
   * leaves it as a frozen one.
   */
  static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

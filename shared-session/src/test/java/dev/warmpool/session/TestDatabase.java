package dev.warmpool.session;

import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.LoopMode;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A server for tests of sessions: creates managers on it and inspects it from outside. */
final class TestDatabase {

  /** Longer than any step of a test may take. */
  static final Duration BOUND = Duration.ofSeconds(20);

  /** The factor on each large count: 1 by default, 10 in a soak. */
  static final int COUNTS = Integer.getInteger("counts", 1);

  private static final EventLoops LOOPS = EventLoops.of(LoopMode.CALLER);

  private static final String PID = "SELECT pg_backend_pid()";

  private final PostgresServer server;

  /** Connections from before are those of other tests on this server. */
  private final Instant since = Instant.now();

  TestDatabase(PostgresServer server) {
    this.server = server;
  }

  PostgresServer server() {
    return server;
  }

  /** A manager with the server's settings, this default schema and these changes; end it. */
  SessionManager manager(String schema, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", schema);
    environment.putAll(changes);
    return ThroughBlocking.ifChosen(
        SessionManagers.create(
            SessionSettings.from(environment), PasswordSource.fixed("postgres")));
  }

  /** Runs statements as superuser. */
  void admin(String sql) {
    server.execute(sql);
  }

  /** The first column of a superuser's query. */
  List<String> column(String sql) {
    return server.column(sql);
  }

  /** The one number that a superuser's query returns. */
  long number(String sql) {
    return server.number(sql);
  }

  /** The states of the library's connections since this was made, as the server reports them. */
  List<String> states() {
    return column(
        "SELECT state FROM pg_stat_activity WHERE application_name = 'warmpool'"
            + " AND backend_start >= '%s'".formatted(since));
  }

  /** Terminates the backend of every connection of the library. */
  void killAll() {
    admin(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'warmpool'");
  }

  /** The process id of the session's backend. */
  static Mono<Integer> pid(Session session) {
    return session.query(PID, row -> row.get(0, Integer.class)).single();
  }

  /** The process id of the backend of a new session. */
  static Integer pid(SessionManager manager, SessionOptions options) {
    return manager.inSession(options, TestDatabase::pid).as(TestDatabase::await);
  }

  /** Closes the manager after its running sessions have ended. */
  static void end(SessionManager manager) {
    manager.close(BOUND).as(TestDatabase::await);
  }

  /** Blocks for the result as a handler does. */
  static <T> @Nullable T await(Mono<T> result) {
    return ThroughBlocking.CHOSEN ? result.block(BOUND) : LOOPS.await(result, BOUND);
  }

  /**
   * Sends a signal to a process that the tests have started.
   *
   * @param name as {@code kill} takes it: STOP freezes the process, CONT resumes it
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

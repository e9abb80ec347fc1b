package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * More environments than the server has connections. They are restored from checkpoints and already
 * primed: 60 cold starts at once on two processors would miss every deadline.
 */
class ManyEnvironmentsIT {

  /** 60 with {@code -Psoak}. */
  private static final int ENVIRONMENTS = 6 * SessionStack.COUNTS;

  /** Connections for the functions: two for every three environments. */
  private static final int ALLOWED = ENVIRONMENTS * 2 / 3;

  /** Connections for the test itself: one for its watch and one for single queries. */
  private static final int RESERVED = 1;

  /** Keeps a session open long enough for all of a round to overlap. */
  private static final String SLOW = "{\"do\":\"slow\"}";

  private static final int ROUNDS = 3;

  /** Starts the runner; its functions use a role that may not use reserved connections. */
  private static SessionStack stack(PostgresServer server) {
    server.execute("CREATE ROLE function LOGIN");
    SessionStack stack =
        SessionStack.on(
            server,
            ENVIRONMENTS,
            Map.of(
                "LOCAL_INITIALIZATION", "snap-start",
                "POSTGRES_USER", "function",
                "POOL_IDLE", "2"));
    server.execute("GRANT USAGE ON SCHEMA app TO function");
    server.execute("GRANT SELECT ON app.marker TO function");
    return stack;
  }

  /** Polls the number of connections and keeps the maximum. */
  private static final class Watch extends Thread {

    private static final String COUNT =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'warmpool'";

    private final PostgresServer server;
    private volatile boolean over;
    private int most;

    Watch(PostgresServer server) {
      super("watch");
      this.server = server;
      start();
    }

    @Override
    public void run() {
      try (Connection admin = server.admin();
          PreparedStatement count = admin.prepareStatement(COUNT)) {
        while (!over) {
          try (ResultSet row = count.executeQuery()) {
            row.next();
            most = Math.max(most, row.getInt(1));
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    int cancelled() throws InterruptedException {
      over = true;
      join();
      return most;
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void noRequestFailsAndIdleConnectionsAreClosed() throws InterruptedException {
    PostgresServer server =
        PostgresServer.with(
            Map.of(
                "max_connections", Integer.toString(ALLOWED + 2 * RESERVED),
                "superuser_reserved_connections", Integer.toString(RESERVED)));
    try (SessionStack stack = stack(server)) {
      stack.function("Session").prepare(ENVIRONMENTS);
      Watch watch = new Watch(server);
      Set<Long> processes = new HashSet<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (JsonNode answer :
            stack.invokeAll("Session", Collections.nCopies(ENVIRONMENTS, SLOW))) {
          processes.add(answer.path("process").asLong());
        }
      }
      assertThat(processes).hasSize(ENVIRONMENTS);
      int most = watch.cancelled();
      assertThat(most).as("most connections at once").isBetween(ALLOWED / 2, ALLOWED);
      Output.line(ENVIRONMENTS + " environments, " + most + " connections of " + ALLOWED);
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> stack.connections().isEmpty());
      assertThat(stack.function("Session").processes()).hasSize(ENVIRONMENTS);
    } finally {
      server.close();
    }
  }
}

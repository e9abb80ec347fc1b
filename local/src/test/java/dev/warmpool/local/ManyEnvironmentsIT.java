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
 * More environments than the server allows connections, each frozen with one of them. They are
 * restored from checkpoints, where they were primed: 60 cold starts at once on two processors would
 * be over only after every deadline.
 */
class ManyEnvironmentsIT {

  /** 60 in a soak. */
  private static final int ENVIRONMENTS = SessionStack.COUNTS == 1 ? 9 : 6 * SessionStack.COUNTS;

  /** Two thirds of them. */
  private static final int ALLOWED = ENVIRONMENTS * 2 / 3;

  /** For those who look from outside: one all the time, one now and then. */
  private static final int RESERVED = 1;

  /** So that all of a round overlap, also on a busy machine. */
  private static final String SLOW = "{\"do\":\"slow\"}";

  private static final int ROUNDS = 3;

  /** Functions connect as a role that the reserved connections are not for. */
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

  /** Sees how many connections there are at most. */
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
  void noRequestFailsAndTheServerIsFreeOfThemAfterTheIdleTime() throws InterruptedException {
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
      assertThat(most).as("there were enough at once").isBetween(ALLOWED / 2, ALLOWED);
      Output.line(ENVIRONMENTS + " environments, " + most + " connections of " + ALLOWED);
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> stack.connections().isEmpty());
      assertThat(stack.function("Session").processes()).hasSize(ENVIRONMENTS);
    } finally {
      server.close();
    }
  }
}

package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server is told, so that it ends by itself what a frozen process cannot end. */
class ServerTimeoutsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of("POOL_IDLE", "123", "POOL_TIMEOUT", "20"));
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
  }

  private List<String> read(SessionOptions options, String sql) {
    return manager
        .inSession(options, s -> s.query(sql, row -> row.get(0, String.class)).collectList())
        .as(TestDatabase::await);
  }

  /** The values to which a session's settings return: those of the connection's start. */
  @Test
  void areStartupParametersOfTheConnection() {
    assertThat(
            read(
                SessionOptions.standard(),
                "SELECT name || ' ' || reset_val FROM pg_settings WHERE name IN ('search_path',"
                    + " 'default_transaction_read_only', 'idle_session_timeout',"
                    + " 'idle_in_transaction_session_timeout', 'client_connection_check_interval',"
                    + " 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count')"
                    + " ORDER BY name"))
        .containsExactly(
            "client_connection_check_interval 1000",
            "default_transaction_read_only on",
            "idle_in_transaction_session_timeout 123000",
            "idle_session_timeout 123000",
            "search_path \"\"",
            "tcp_keepalives_count 3",
            "tcp_keepalives_idle 30",
            "tcp_keepalives_interval 10");
  }

  @Test
  void followFromTheDeadline() {
    List<String> millis =
        read(
            SessionOptions.until(Deadline.after(Duration.ofSeconds(60))),
            "SELECT setting FROM pg_settings WHERE name IN ('statement_timeout',"
                + " 'transaction_timeout', 'idle_in_transaction_session_timeout')"
                + " ORDER BY setting::int");

    long statement = Long.parseLong(millis.get(0));
    assertThat(statement).isBetween(30_000L, 60_000L);
    assertThat(millis)
        .containsExactly(
            Long.toString(statement),
            Long.toString(statement + 200),
            Long.toString(statement + 1_000));
  }
}

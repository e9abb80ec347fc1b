package com.example.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.StatementReport;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class SessionMetersTest {

  private static final Duration MILLI = Duration.ofMillis(1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SessionMeters listener = new SessionMeters(registry);
  private final ObservedSession session =
      new ObservedSession(1, SessionOptions.standard().named("GET /users"));

  private double ended(String outcome) {
    return registry.get("sessions.ended").tag("outcome", outcome).counter().count();
  }

  @Test
  void timesConnectionsAndStatements() {
    listener.waited(session, MILLI);
    listener.connected(session, MILLI);
    listener.ran(session, new StatementReport("SELECT 1", 1, MILLI, null));
    listener.ran(session, new StatementReport("SELECT 1/0", 0, MILLI, "22012"));
    for (String meter : new String[] {"wait_time", "create_time"}) {
      assertEquals(
          1,
          registry
              .get("db.client.connection." + meter)
              .tag("session", "GET /users")
              .timer()
              .totalTime(TimeUnit.MILLISECONDS));
    }
    assertEquals(
        1,
        registry.get("db.client.operation.duration").tag("error.type", "22012").timer().count());
    assertEquals(
        1, registry.get("db.client.operation.duration").tag("error.type", "none").timer().count());
  }

  @Test
  void countsSessionsByTheirEnd() {
    listener.committed(session, MILLI);
    listener.committed(session, MILLI);
    listener.reopening(session, new IllegalStateException("lost"));
    listener.cut(session, MILLI);
    listener.rolledBack(session, MILLI);
    listener.outcomeUnknown(session, MILLI);
    assertEquals(2, ended("committed"));
    assertEquals(1, ended("rolled back"));
    assertEquals(1, ended("unknown"));
    assertEquals(1, registry.get("sessions.reopened").counter().count());
    assertEquals(1, registry.get("sessions.cut").counter().count());
  }

  /** A session whose database is not there ends, too, and leaves no connection. */
  @Test
  void hearsOfTheSessionsOfAManager() {
    Map<String, String> settings =
        Map.of(
            "POSTGRES_HOST", "127.0.0.1",
            "POSTGRES_PORT", "1",
            "POSTGRES_DB", "orders",
            "POSTGRES_USER", "app",
            "POSTGRES_PASSWORD", "none",
            "POSTGRES_SCHEMA", "app",
            "POOL_TIMEOUT", "0.2");
    SessionManager sessions =
        SessionManagers.listening(
            SessionSettings.from(settings), PasswordSource.fixed("none"), listener);
    listener.watch(sessions);
    Assertions.assertThrows(
        SessionUnavailableException.class,
        () ->
            sessions.await(
                sessions.inSession(SessionOptions.standard(), s -> s.execute("SELECT 1")),
                Duration.ofSeconds(20)));
    assertEquals(1, ended("rolled back"));
    assertEquals(2, registry.get("db.client.connection.max").gauge().value());
    assertEquals(
        0, registry.get("db.client.connection.count").tag("state", "used").gauge().value());
    sessions.close(MILLI).block();
  }
}

package com.example.meters;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.StatementReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * Counts sessions and times their connections and statements as meters, with OpenTelemetry's names
 * where it has one. The tag {@code session} is the name in the session's options, of which there
 * must be few. Register it with {@code SharedSessions.listen(new SessionMeters(registry))} before
 * the first session. Thread-safe.
 */
public final class SessionMeters implements SessionListener {

  private final MeterRegistry registry;

  /** Creates a listener whose meters are in this registry. */
  public SessionMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Shows how many connections the manager has, as they are when the registry is read. */
  public void watch(SessionManager sessions) {
    String count = "db.client.connection.count";
    Gauge.builder(count, () -> sessions.stats().acquired()).tag("state", "used").register(registry);
    Gauge.builder(count, () -> sessions.stats().idle()).tag("state", "idle").register(registry);
    Gauge.builder("db.client.connection.max", () -> sessions.stats().max()).register(registry);
    Gauge.builder("db.client.connection.pending_requests", () -> sessions.stats().pending())
        .register(registry);
  }

  @Override
  public void waited(ObservedSession session, Duration time) {
    time("db.client.connection.wait_time", session, time);
  }

  @Override
  public void connected(ObservedSession session, Duration time) {
    time("db.client.connection.create_time", session, time);
  }

  @Override
  public void ran(ObservedSession session, StatementReport statement) {
    String error = statement.sqlState() == null ? "none" : statement.sqlState();
    registry
        .timer("db.client.operation.duration", "session", name(session), "error.type", error)
        .record(statement.time());
  }

  @Override
  public void reopening(ObservedSession session, Throwable cause) {
    count("sessions.reopened", session);
  }

  @Override
  public void cut(ObservedSession session, Duration time) {
    count("sessions.cut", session);
  }

  @Override
  public void strayEnded(ObservedSession session, SessionOrigin origin) {
    count("sessions.strays", session);
  }

  @Override
  public void committed(ObservedSession session, Duration time) {
    ended(session, "committed");
  }

  @Override
  public void rolledBack(ObservedSession session, Duration time) {
    ended(session, "rolled back");
  }

  @Override
  public void outcomeUnknown(ObservedSession session, Duration time) {
    ended(session, "unknown");
  }

  private void ended(ObservedSession session, String outcome) {
    registry.counter("sessions.ended", "session", name(session), "outcome", outcome).increment();
  }

  private void count(String meter, ObservedSession session) {
    registry.counter(meter, "session", name(session)).increment();
  }

  private void time(String meter, ObservedSession session, Duration time) {
    registry.timer(meter, "session", name(session)).record(time);
  }

  private static String name(ObservedSession session) {
    return session.options().name();
  }
}

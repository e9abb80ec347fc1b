package com.example.tracing;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.StatementReport;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows sessions as spans and their statements as spans below, with the stable attributes {@code
 * db.*} of OpenTelemetry. SQL has no bound values. Register it with {@code
 * SharedSessions.listen(new SessionSpans(tracer))} before the first session. Thread-safe.
 */
public final class SessionSpans implements SessionListener {

  private final Tracer tracer;
  private final Map<Long, Span> sessions = new ConcurrentHashMap<>();

  /** Creates a listener that makes its spans with this tracer. */
  public SessionSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Begins the span at the session's wish for a connection. */
  @Override
  public void waited(ObservedSession session, Duration time) {
    sessions.computeIfAbsent(
        session.number(),
        number ->
            tracer
                .spanBuilder(session.options().name())
                .setStartTimestamp(Instant.now().minus(time))
                .startSpan()
                .setAttribute("db.system.name", "postgresql"));
  }

  @Override
  public void reopening(ObservedSession session, Throwable cause) {
    span(session).addEvent("reopening");
  }

  @Override
  public void ran(ObservedSession session, StatementReport statement) {
    String operation = statement.sql().strip().split("\\W", 2)[0].toUpperCase(Locale.ROOT);
    Instant end = Instant.now();
    Span span =
        tracer
            .spanBuilder(operation)
            .setParent(Context.current().with(span(session)))
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(end.minus(statement.time()))
            .startSpan()
            .setAttribute("db.system.name", "postgresql")
            .setAttribute("db.operation.name", operation)
            .setAttribute("db.query.text", statement.sql());
    if (statement.sqlState() != null) {
      span.setAttribute("db.response.status_code", statement.sqlState());
      span.setAttribute("error.type", statement.sqlState());
      span.setStatus(StatusCode.ERROR);
    }
    span.end(end);
  }

  @Override
  public void committed(ObservedSession session, Duration time) {
    end(session, StatusCode.UNSET, "");
  }

  @Override
  public void rolledBack(ObservedSession session, Duration time) {
    end(session, StatusCode.ERROR, "rolled back");
  }

  @Override
  public void outcomeUnknown(ObservedSession session, Duration time) {
    end(session, StatusCode.ERROR, "outcome unknown");
  }

  private Span span(ObservedSession session) {
    return sessions.getOrDefault(session.number(), Span.getInvalid());
  }

  private void end(ObservedSession session, StatusCode status, String description) {
    Span span = sessions.remove(session.number());
    if (span != null) {
      span.setStatus(status, description);
      span.end();
    }
  }
}

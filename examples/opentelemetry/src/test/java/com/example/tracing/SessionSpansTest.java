package com.example.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.StatementReport;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SessionSpansTest {

  private static final Duration MILLI = Duration.ofMillis(1);
  private static final String SQL = "SELECT name FROM users WHERE id = $1";

  private final Spans spans = new Spans();
  private final SessionSpans listener =
      new SessionSpans(
          SdkTracerProvider.builder()
              .addSpanProcessor(SimpleSpanProcessor.create(spans))
              .build()
              .get("test"));
  private final ObservedSession session =
      new ObservedSession(1, SessionOptions.standard().named("GET /users"));

  private static final class Spans implements SpanExporter {

    private final List<SpanData> ended = new ArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      ended.addAll(spans);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private static String attribute(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  @Test
  void showsAStatementBelowItsSession() {
    listener.waited(session, MILLI);
    listener.ran(session, new StatementReport(SQL, 1, MILLI, null));
    listener.committed(session, MILLI);
    SpanData statement = spans.ended.get(0);
    SpanData parent = spans.ended.get(1);
    assertEquals("GET /users", parent.getName());
    assertEquals("SELECT", statement.getName());
    assertEquals(parent.getSpanId(), statement.getParentSpanId());
    assertEquals("postgresql", attribute(statement, "db.system.name"));
    assertEquals("SELECT", attribute(statement, "db.operation.name"));
    assertEquals(SQL, attribute(statement, "db.query.text"));
    assertEquals(StatusCode.UNSET, parent.getStatus().getStatusCode());
  }

  @Test
  void marksAFailedStatementAndItsSession() {
    listener.waited(session, MILLI);
    listener.ran(session, new StatementReport(SQL, 0, MILLI, "40001"));
    listener.rolledBack(session, MILLI);
    assertEquals("40001", attribute(spans.ended.get(0), "db.response.status_code"));
    assertEquals(StatusCode.ERROR, spans.ended.get(0).getStatus().getStatusCode());
    assertEquals("rolled back", spans.ended.get(1).getStatus().getDescription());
  }

  @Test
  void endsEachSessionOnce() {
    listener.waited(session, MILLI);
    listener.waited(session, MILLI);
    listener.outcomeUnknown(session, MILLI);
    listener.committed(session, MILLI);
    assertEquals(1, spans.ended.size());
    assertTrue(spans.ended.get(0).hasEnded());
  }

  /** Each session, and below it its statements; the output is on a page of the project. */
  @Test
  void printsTheSpansOfTwoRequests() {
    listener.waited(session, MILLI);
    listener.ran(session, new StatementReport(SQL, 1, MILLI, null));
    listener.committed(session, MILLI);
    ObservedSession write =
        new ObservedSession(2, SessionOptions.standard().named("POST /users"));
    listener.waited(write, MILLI);
    String insert = "INSERT INTO users (email, name) VALUES ($1, $2)";
    listener.ran(write, new StatementReport(insert, 0, MILLI, "23505"));
    listener.rolledBack(write, MILLI);
    for (SpanData parent : spans.ended) {
      if (parent.getParentSpanId().startsWith("0000")) {
        System.out.println("span: " + text(parent));
        spans.ended.stream()
            .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
            .forEach(span -> System.out.println("span:   " + text(span)));
      }
    }
    assertEquals(4, spans.ended.size());
  }

  private static String text(SpanData span) {
    Map<String, Object> attributes = new TreeMap<>();
    span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
    return span.getName() + " " + span.getStatus().getStatusCode() + " " + attributes;
  }
}

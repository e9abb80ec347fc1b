package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.metrics.InvocationMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs one line per request: route key, status, duration, request id, correlation id, and the
 * metrics. Confined to the handling of its request.
 */
final class RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  private final long start = System.nanoTime();
  private HttpRequest request;

  private RequestLog(HttpRequest request) {
    this.request = request;
  }

  /** Starts the measurement of the duration, before the event is read. */
  static RequestLog begin(Context context) {
    return new RequestLog(HttpRequest.unreadable(context));
  }

  /** Sets the request once the event has been read, and again once its tenant is known. */
  void request(HttpRequest read) {
    request = read;
  }

  /** Logs the response and returns it with the headers of every response. */
  HttpResponse end(HttpResponse response) {
    if (LOG.isInfoEnabled()) {
      log(response.status(), (System.nanoTime() - start) / 1_000_000);
    }
    return response.completed(request);
  }

  /**
   * Joins the message without a pattern, whose search for placeholders is a loop over all
   * characters. The JVM interprets the code of this line for the first 2,300 requests or so, as its
   * log of compilations shows on Java 25 with Lambda's flags.
   */
  private void log(int status, long millis) {
    String route = request.routeKey();
    String correlation = request.correlationId();
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("route", route)
            .addKeyValue("status", status)
            .addKeyValue("milliseconds", millis)
            .addKeyValue("correlationId", correlation)
            .addKeyValue("tenant", request.tenant().orElse(""));
    InvocationMetrics.end(line)
        .log(
            route
                + ' '
                + status
                + " in "
                + millis
                + " ms, request "
                + request.id()
                + ", correlation "
                + correlation);
  }
}

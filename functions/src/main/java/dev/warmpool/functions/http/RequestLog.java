package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.metrics.InvocationMetrics;
import java.time.Duration;
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
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("route", request.routeKey())
            .addKeyValue("status", response.status())
            .addKeyValue("milliseconds", millis)
            .addKeyValue("correlationId", request.correlationId())
            .addKeyValue("tenant", request.tenant().orElse(""));
    InvocationMetrics.end(line)
        .log(
            "{} {} in {} ms, request {}, correlation {}",
            request.routeKey(),
            response.status(),
            millis,
            request.id(),
            request.correlationId());
    return response.completed(request);
  }
}

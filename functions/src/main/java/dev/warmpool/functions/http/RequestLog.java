package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.metrics.InvocationMetrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line per request: route key, status, duration, request id and correlation id. Confined
 * to the handling of its request.
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

  private Map<String, String> properties(HttpResponse response) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("requestId", request.id());
    properties.put("route", request.routeKey());
    properties.put("status", Integer.toString(response.status()));
    properties.put("tenant", request.tenant().orElse(""));
    return properties;
  }

  /** Sets the request once the event has been read, and again once its tenant is known. */
  void request(HttpRequest read) {
    request = read;
  }

  /** Logs the response and returns it with the headers of every response. */
  HttpResponse end(HttpResponse response) {
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    LOG.atInfo()
        .addKeyValue("route", request.routeKey())
        .addKeyValue("status", response.status())
        .addKeyValue("milliseconds", millis)
        .addKeyValue("roundTrips", InvocationMetrics.end(properties(response)))
        .addKeyValue("correlationId", request.correlationId())
        .addKeyValue("tenant", request.tenant().orElse(""))
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

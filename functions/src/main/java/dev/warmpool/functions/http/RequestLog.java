package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for one request: route, status, time, and the ids by which it is found again. Confined
 * to its request.
 */
final class RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  private final long began = System.nanoTime();
  private HttpRequest request;

  private RequestLog(HttpRequest request) {
    this.request = request;
  }

  /** Before the event was read. */
  static RequestLog begin(Context context) {
    return new RequestLog(HttpRequest.unread(context));
  }

  /** The event was read. */
  void request(HttpRequest read) {
    request = read;
  }

  /** Logs the answer and gives it with its correlation id. */
  HttpResponse end(HttpResponse response) {
    LOG.info(
        "{} {} in {} ms, request {}, correlation {}",
        request.routeKey(),
        response.status(),
        Duration.ofNanos(System.nanoTime() - began).toMillis(),
        request.id(),
        request.correlationId());
    return response.with("x-correlation-id", request.correlationId());
  }
}

package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.InvocationDeadline;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * From an event to an answer: finds the route by the key that API Gateway matched, runs it in a
 * session of its own, turns every failure into problem details. Thread-safe.
 */
public final class HttpEntry {

  /** What Lambda takes as an answer, in bytes, with room for what it adds. */
  private static final int MAX_PAYLOAD = 6 * 1024 * 1024;

  /** How long an answer that reports a failure waits for the clean-up behind it. */
  private static final Duration QUIESCE = Duration.ofMillis(250);

  private final Map<String, Route> routes;
  private final Supplier<SessionManager> sessions;

  /**
   * @param routes by route key
   * @param sessions gives the manager; asked at every request, so that a failed build is retried
   */
  public HttpEntry(Map<String, Route> routes, Supplier<SessionManager> sessions) {
    this.routes = Map.copyOf(routes);
    this.sessions = sessions;
  }

  /** Answers one event. */
  public void handle(InputStream event, OutputStream answer, Context context) throws IOException {
    String id = context.getAwsRequestId();
    byte[] bytes = event.readAllBytes();
    try {
      HttpResponse response =
          Mono.defer(() -> answer(bytes, context))
              .onErrorResume(error -> failed(error, id))
              .block(Duration.ofMillis(Math.max(1, context.getRemainingTimeInMillis())));
      answer.write(payload(response, id));
    } finally {
      SharedSessions.endInvocation();
    }
  }

  private Mono<HttpResponse> answer(byte[] event, Context context) {
    HttpRequest request;
    try {
      request = HttpRequest.of(Json.read(event), context.getAwsRequestId());
    } catch (IOException e) {
      return Mono.error(new ProblemException(Problem.of(400, "The event is not JSON.")));
    }
    Route route = routes.get(request.routeKey());
    if (route == null) {
      return Mono.error(notFound());
    }
    SessionOptions options =
        SessionOptions.until(InvocationDeadline.of(context)).named(request.routeKey());
    return sessions
        .get()
        .inSession(
            route.session().apply(options), session -> route.action().handle(request, session))
        .switchIfEmpty(Mono.error(HttpEntry::notFound));
  }

  private static ProblemException notFound() {
    return new ProblemException(Problem.of(404, "There is nothing here by this name."));
  }

  private Mono<HttpResponse> failed(Throwable error, String id) {
    HttpResponse response = HttpResponse.of(Problems.of(error, id), id);
    return response.status() < 500
        ? Mono.just(response)
        : Mono.defer(() -> sessions.get().quiesce(QUIESCE))
            .onErrorReturn(false)
            .thenReturn(response);
  }

  private static byte[] payload(HttpResponse response, String id) {
    byte[] payload = response.payload();
    if (payload.length <= MAX_PAYLOAD) {
      return payload;
    }
    return HttpResponse.of(
            Problem.of(500, "The answer is larger than the 6 MB that Lambda passes on."), id)
        .payload();
  }
}

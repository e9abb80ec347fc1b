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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * From an event to an answer: finds the route by the key that API Gateway matched, runs it in a
 * session of its tenant, turns every failure into problem details. Around it, from outside: request
 * log and correlation id, problems, tenant; and in the session: idempotency, validation, the
 * function's own middleware, the route. Thread-safe.
 */
public final class HttpEntry {

  /** What Lambda passes on as an event, in bytes. */
  private static final int MAX_EVENT = 6 * 1024 * 1024;

  /** How long an answer that reports a failure waits for the clean-up behind it. */
  private static final Duration QUIESCE = Duration.ofMillis(250);

  private final Map<String, Route> routes;
  private final Contract contract;
  private final Tenants tenants;
  private final Supplier<SessionManager> sessions;
  private final List<Middleware> chain = new ArrayList<>();

  /**
   * @param routes by route key
   * @param contract what their requests must keep
   * @param sessions gives the manager; asked at every request, so that a failed build is retried
   */
  public HttpEntry(
      Map<String, Route> routes,
      Contract contract,
      Tenants tenants,
      Supplier<SessionManager> sessions) {
    this.routes = Map.copyOf(routes);
    this.contract = contract;
    this.tenants = tenants;
    this.sessions = sessions;
    this.chain.add(new Idempotency(contract));
    this.chain.add(new Validation(contract));
  }

  /** Puts this around every route, within what is there already; before the first request. */
  public HttpEntry with(Middleware middleware) {
    chain.add(middleware);
    return this;
  }

  /** Answers one event. */
  public void handle(InputStream event, OutputStream answer, Context context) throws IOException {
    RequestLog log = RequestLog.begin(context);
    byte[] bytes = event.readNBytes(MAX_EVENT + 1);
    try {
      HttpResponse response =
          SharedSessions.await(
              Mono.defer(() -> answer(read(bytes, context, log), context))
                  .onErrorResume(error -> failed(error, context.getAwsRequestId())),
              context);
      answer.write(log.end(response).payload());
    } finally {
      SharedSessions.endInvocation();
    }
  }

  private static HttpRequest read(byte[] event, Context context, RequestLog log) {
    if (event.length > MAX_EVENT) {
      throw new ProblemException(
          Problem.of(413, "The request is larger than the 6 MB that Lambda passes on."));
    }
    try {
      HttpRequest request = HttpRequest.of(Json.read(event), context);
      log.request(request);
      return request;
    } catch (IOException e) {
      throw new ProblemException(Problem.of(400, "The event is not JSON."));
    }
  }

  private Mono<HttpResponse> answer(HttpRequest request, Context context) {
    Route route = routes.get(request.routeKey());
    if (route == null) {
      return Mono.error(notFound());
    }
    SessionOptions options =
        SessionOptions.until(InvocationDeadline.of(context)).named(request.routeKey());
    return options(request, options)
        .map(route.session())
        .flatMap(chosen -> run(request, chosen, around(route)))
        .switchIfEmpty(Mono.error(HttpEntry::notFound));
  }

  private Mono<HttpResponse> run(HttpRequest request, SessionOptions options, Route.Action action) {
    return sessions
        .get()
        .inSession(
            options,
            session ->
                action
                    .handle(request, session)
                    .switchIfEmpty(undone(options))
                    .flatMap(HttpEntry::passable));
  }

  /** What no route answered leaves nothing behind; a reading session has nothing to undo. */
  private static Mono<HttpResponse> undone(SessionOptions options) {
    return options.kind() == SessionOptions.Kind.READ_ONLY
        ? Mono.empty()
        : Mono.error(HttpEntry::notFound);
  }

  private static Mono<HttpResponse> passable(HttpResponse response) {
    return response.isTooLarge()
        ? Mono.error(
            new ProblemException(
                Problem.of(500, "The answer is larger than the 6 MB that Lambda passes on.")))
        : Mono.just(response);
  }

  private Mono<SessionOptions> options(HttpRequest request, SessionOptions options) {
    return contract.operation(request.routeKey()).open()
        ? Mono.just(tenants.none(options))
        : tenants.of(request, options);
  }

  /** The chain from its outermost link to the route. */
  private Route.Action around(Route route) {
    Route.Action action = route.action();
    for (int i = chain.size() - 1; i >= 0; i--) {
      Middleware middleware = chain.get(i);
      Route.Action next = action;
      action = (request, session) -> middleware.handle(request, session, next);
    }
    return action;
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
}

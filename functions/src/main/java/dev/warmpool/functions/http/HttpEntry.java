package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.log.InvocationFields;
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
 * Handles the events of an HTTP API: looks up the route by the key that API Gateway matched, runs
 * it in a session of the request's tenant, and maps every failure to problem details.
 *
 * <p>The layers around a route, outermost first: request log and correlation id, problem details,
 * validation, scopes, tenant; then, inside the session, idempotency and the middleware that the
 * function added. An invalid request therefore takes no connection. Thread-safe once all middleware
 * is added.
 */
public final class HttpEntry {

  /** Lambda's limit on the payload of a synchronous invocation, in bytes. */
  private static final int MAX_EVENT = 6 * 1024 * 1024;

  /**
   * How long a 5xx response waits for connections that are still being cleaned or closed, in
   * milliseconds; never longer than half of the time that is left.
   */
  private static final int QUIESCE = 250;

  private final Map<String, Route> routes;
  private final Contract contract;
  private final Validation validation;
  private final Tenants tenants;
  private final Idempotency idempotency;
  private final Supplier<SessionManager> sessions;
  private final List<Middleware> middlewares = new ArrayList<>();

  /**
   * @param routes by route key
   * @param contract the document that the requests must conform to
   * @param tenants finds the tenant of each request and ties its session to it
   * @param sessions supplies the session manager; called for every request, so that a failed build
   *     is retried
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
    this.validation = new Validation(contract);
    this.idempotency = new Idempotency(contract, tenants);
    this.middlewares.add(idempotency);
  }

  /**
   * Adds middleware around every route, inside the middleware that was added before. Must be called
   * before the first request.
   */
  public HttpEntry with(Middleware middleware) {
    middlewares.add(middleware);
    return this;
  }

  /**
   * Handles one event on the calling thread and ends the invocation: no session is running when
   * this method returns. Every failure becomes a response.
   */
  public void handle(InputStream event, OutputStream response, Context context) throws IOException {
    InvocationFields.begin(context.getAwsRequestId());
    try {
      RequestLog log = RequestLog.begin(context);
      byte[] bytes = event.readNBytes(MAX_EVENT + 1);
      HttpResponse result =
          SharedSessions.await(
              Mono.defer(() -> dispatch(read(bytes, context, log), context, log))
                  .onErrorResume(error -> problem(error, context)),
              context);
      response.write(log.end(result).payload());
    } finally {
      InvocationFields.end();
    }
  }

  private static HttpRequest read(byte[] event, Context context, RequestLog log) {
    if (event.length > MAX_EVENT) {
      throw new ProblemException(
          Problem.of(413, "The request exceeds the 6 MB that Lambda accepts."));
    }
    try {
      HttpRequest request = HttpRequest.of(Json.read(event), context);
      log.request(request);
      return request;
    } catch (IOException e) {
      throw new ProblemException(Problem.of(400, "The event is not JSON."));
    }
  }

  private Mono<HttpResponse> dispatch(HttpRequest received, Context context, RequestLog log) {
    Route route = routes.get(received.routeKey());
    if (route == null) {
      return Mono.error(notFound());
    }
    HttpRequest request = validation.validated(received);
    route.check().accept(request);
    contract.operation(request.routeKey()).requireScopes(request.caller());
    idempotency.requireIdentity(request);
    SessionOptions options =
        SessionOptions.until(InvocationDeadline.of(context)).named(request.routeKey());
    return withTenant(request, options)
        .doOnNext(log::request)
        .flatMap(
            known ->
                run(
                    known,
                    route.session().apply(tenants.bind(known, options)),
                    withMiddleware(route)))
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
                    .switchIfEmpty(emptyResult(options))
                    .map(response -> response.completed(request))
                    .flatMap(HttpEntry::checkSize));
  }

  /**
   * Handles a route without a response. In a session that writes it is an error, so that the
   * session is rolled back; a read-only session has nothing to roll back and ends without an error.
   */
  private static Mono<HttpResponse> emptyResult(SessionOptions options) {
    return options.kind() == SessionOptions.Kind.READ_ONLY
        ? Mono.empty()
        : Mono.error(HttpEntry::notFound);
  }

  private static Mono<HttpResponse> checkSize(HttpResponse response) {
    return response.isTooLarge()
        ? Mono.error(
            new ProblemException(
                Problem.of(500, "The response exceeds the 6 MB that Lambda accepts.")))
        : Mono.just(response);
  }

  private Mono<HttpRequest> withTenant(HttpRequest request, SessionOptions options) {
    return contract.operation(request.routeKey()).unauthenticated()
        ? Mono.just(tenants.withoutTenant(request))
        : tenants.withTenant(request, options);
  }

  /** Returns the route's action with all middleware around it. */
  private Route.Action withMiddleware(Route route) {
    Route.Action action = route.action();
    for (int i = middlewares.size() - 1; i >= 0; i--) {
      Middleware middleware = middlewares.get(i);
      Route.Action next = action;
      action = (request, session) -> middleware.handle(request, session, next);
    }
    return action;
  }

  private static ProblemException notFound() {
    return new ProblemException(Problem.of(404, "The resource does not exist."));
  }

  private Mono<HttpResponse> problem(Throwable error, Context context) {
    String id = context.getAwsRequestId();
    HttpResponse response = HttpResponse.of(Problems.of(error, id), id);
    if (response.status() < 500) {
      return Mono.just(response);
    }
    int limit = Math.min(QUIESCE, context.getRemainingTimeInMillis() / 2);
    return Mono.defer(() -> sessions.get().quiesce(Duration.ofMillis(limit)))
        .onErrorReturn(false)
        .thenReturn(response);
  }
}

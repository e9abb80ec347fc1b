package dev.warmpool.functions.http;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * A route: an action and the kind of session that it runs in. Immutable.
 *
 * @param session adds the kind of session to the request's options
 * @param check refuses requests that conform to the contract but that the route cannot use
 * @param action the work of the route
 */
public record Route(
    UnaryOperator<SessionOptions> session, Consumer<HttpRequest> check, Action action) {

  private static final Consumer<HttpRequest> NO_CHECK = request -> {};

  /** Attempts after the first for SQLSTATE 40001 and 40P01. */
  private static final int RETRIES = 2;

  /**
   * The work of a route. Its session commits after the response was emitted and rolls back on an
   * error. Implementations must be thread-safe.
   */
  @FunctionalInterface
  public interface Action {

    /**
     * Handles a request.
     *
     * @param request the request, which conforms to the contract
     * @param session the session of the request; takes no connection before its first statement
     * @return the response; an empty result becomes a 404
     */
    Mono<HttpResponse> handle(HttpRequest request, Session session);
  }

  /** Returns a route that runs in a read-only session. */
  public static Route reading(Action action) {
    return new Route(SessionOptions::readOnly, NO_CHECK, action);
  }

  /**
   * Returns a route that runs in a transaction. After SQLSTATE 40001 or 40P01, a conflict with a
   * concurrent transaction, it runs again up to two times.
   */
  public static Route writing(Action action) {
    return new Route(options -> options.retrying(RETRIES), NO_CHECK, action);
  }

  /**
   * Returns a copy that refuses requests for a reason that the contract cannot express, before a
   * tenant is looked up or a connection taken.
   *
   * @param refusal throws a {@link ProblemException} for a request that it refuses
   */
  public Route refusing(Consumer<HttpRequest> refusal) {
    return new Route(session, refusal, action);
  }
}

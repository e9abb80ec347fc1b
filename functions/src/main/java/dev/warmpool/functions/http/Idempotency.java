package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Executes a request with an {@code Idempotency-Key} once. Stores the response in the transaction
 * of the work and returns the stored response to the same request of the same caller for 24 hours.
 *
 * <p>Of two concurrent requests with one key, the second waits in the database for the first
 * transaction: if it commits, the second returns the stored response; if it rolls back, the second
 * does the work. Applies to operations whose contract lists the header. Thread-safe.
 *
 * <p>A stored response belongs to the resource that its {@code Location} names. What deletes that
 * resource for good must also erase the response, which leaves an empty one: the key stays used.
 */
final class Idempotency implements Middleware {

  private static final String HEADER = "Idempotency-Key";

  /**
   * Claims a new or expired key, or returns the fingerprint and the response stored under it. Waits
   * for a concurrent transaction that has claimed the key.
   */
  private static final String CLAIM =
      "INSERT INTO idempotency_keys AS item (route, key, fingerprint, expires_at)"
          + " VALUES ($1, $2, $3, now() + interval '24 hours')"
          + " ON CONFLICT (route, key) DO UPDATE SET"
          + " fingerprint = coalesce((SELECT item.fingerprint WHERE item.expires_at > now()), $3),"
          + " answer = (SELECT item.answer WHERE item.expires_at > now()), expires_at ="
          + " coalesce((SELECT item.expires_at WHERE item.expires_at > now()), excluded.expires_at)"
          + " RETURNING fingerprint, answer";

  private static final String STORE =
      "UPDATE idempotency_keys SET answer = $3 WHERE route = $1 AND key = $2";

  private final Contract contract;
  private final Tenants tenants;

  Idempotency(Contract contract, Tenants tenants) {
    this.contract = contract;
    this.tenants = tenants;
  }

  /**
   * The row of a key.
   *
   * @param response the stored response; null if this request must do the work
   */
  private record StoredKey(String fingerprint, @Nullable String response) {

    static StoredKey of(Row row) {
      return new StoredKey(
          Objects.requireNonNull(row.get(0, String.class)), row.get(1, String.class));
    }
  }

  /**
   * Refuses a request with a key that belongs to no caller. Called before the tenant is looked up,
   * so that such a request takes no connection.
   *
   * @throws ProblemException 403 if the token names neither a subject nor a client
   */
  void requireIdentity(HttpRequest request) {
    key(request);
  }

  @Override
  public Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next) {
    String key = key(request);
    if (key == null) {
      return next.handle(request, session);
    }
    String fingerprint = Fingerprint.of(request);
    return session
        .query(CLAIM, StoredKey::of, request.routeKey(), key, fingerprint)
        .single()
        .flatMap(
            stored ->
                stored.response() == null
                    ? next.handle(request, session)
                        .delayUntil(response -> store(session, request.routeKey(), key, response))
                    : replay(stored, stored.response(), fingerprint));
  }

  /**
   * Returns the key as it is stored; null if the operation does not list the header or the request
   * does not have it. A hash of the caller's identity precedes the key, so that callers cannot see
   * the responses to one another. Where tenants share a table, the hash is also of the tenant.
   */
  private @Nullable String key(HttpRequest request) {
    String key =
        contract
            .operation(request.routeKey())
            .parameter(HEADER)
            .map(parameter -> parameter.value(request))
            .orElse(null);
    if (key == null) {
      return null;
    }
    String identity = request.caller().identity();
    String owner =
        tenants.shareTables()
            ? Fingerprint.of(request.tenant().orElse("")) + " " + identity
            : identity;
    return owner.isEmpty() ? key : Fingerprint.of(owner) + "/" + key;
  }

  private static Mono<HttpResponse> replay(StoredKey stored, String response, String fingerprint) {
    if (response.isEmpty()) {
      return problem(
          409, "The result of this Idempotency-Key was deleted permanently: use a new key.");
    }
    return stored.fingerprint().equals(fingerprint)
        ? Mono.just(HttpResponse.of(json(response)))
        : problem(
            422, "The Idempotency-Key was already used for a different request: use a new key.");
  }

  private static Mono<HttpResponse> problem(int status, String detail) {
    return Mono.error(() -> new ProblemException(Problem.of(status, detail)));
  }

  private static JsonNode json(String response) {
    try {
      return Json.read(response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mono<Long> store(
      Session session, String route, String key, HttpResponse response) {
    return session.execute(
        STORE, route, key, new String(response.payload(), StandardCharsets.UTF_8));
  }
}

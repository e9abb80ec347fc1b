package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Executes a request with an {@code Idempotency-Key} once. Stores the response in the transaction
 * of the work and returns the stored response to the same request for 24 hours.
 *
 * <p>Of two concurrent requests with one key, the second waits in the database for the first
 * transaction: if it commits, the second returns the stored response; if it rolls back, the second
 * does the work. Applies to operations whose contract lists the header. Thread-safe.
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

  Idempotency(Contract contract) {
    this.contract = contract;
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

  @Override
  public Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next) {
    String key = key(request);
    if (key == null) {
      return next.handle(request, session);
    }
    String fingerprint = fingerprint(request);
    return session
        .query(CLAIM, StoredKey::of, request.routeKey(), key, fingerprint)
        .single()
        .flatMap(
            stored ->
                stored.response() == null
                    ? next.handle(request, session)
                        .delayUntil(response -> store(session, request.routeKey(), key, response))
                    : replay(stored, fingerprint));
  }

  /**
   * Returns the key; null if the operation does not list the header, if the request does not have
   * it, or if its value is invalid, which {@link Validation} then reports.
   */
  private @Nullable String key(HttpRequest request) {
    return contract
        .operation(request.routeKey())
        .parameter(HEADER)
        .filter(parameter -> parameter.fault(request).isEmpty())
        .map(parameter -> parameter.value(request))
        .orElse(null);
  }

  private static Mono<HttpResponse> replay(StoredKey stored, String fingerprint) {
    if (!stored.fingerprint().equals(fingerprint)) {
      return Mono.error(
          new ProblemException(
              Problem.of(
                  422,
                  "The Idempotency-Key was already used for a different request: use a new key.")));
    }
    return Mono.just(HttpResponse.of(json(String.valueOf(stored.response()))));
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

  /** Returns a hash of the path, the query and the body: equal for a repeated request. */
  private static String fingerprint(HttpRequest request) {
    String parameters =
        new TreeMap<>(request.path()) + "\n" + new TreeMap<>(request.query()) + "\n";
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(parameters.getBytes(StandardCharsets.UTF_8));
      digest.update(request.body().text().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

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
 * Keeps the first answer to a request that has an {@code Idempotency-Key}, in the transaction of
 * the work, and gives it again to whoever repeats the request within 24 hours. Of two at once the
 * second waits in the database until the first has committed, and gets its answer, or has rolled
 * back, and does the work. Applies where the contract lists the header. Thread-safe.
 */
final class Idempotency implements Middleware {

  private static final String HEADER = "Idempotency-Key";

  /** The key is the caller's now, or it tells what is kept under it; one past its time is new. */
  private static final String CLAIM =
      "INSERT INTO idempotency_keys AS kept (route, key, fingerprint, expires_at)"
          + " VALUES ($1, $2, $3, now() + interval '24 hours')"
          + " ON CONFLICT (route, key) DO UPDATE SET"
          + " fingerprint = coalesce((SELECT kept.fingerprint WHERE kept.expires_at > now()), $3),"
          + " answer = (SELECT kept.answer WHERE kept.expires_at > now()), expires_at ="
          + " coalesce((SELECT kept.expires_at WHERE kept.expires_at > now()), excluded.expires_at)"
          + " RETURNING fingerprint, answer";

  private static final String KEEP =
      "UPDATE idempotency_keys SET answer = $3 WHERE route = $1 AND key = $2";

  private final Contract contract;

  Idempotency(Contract contract) {
    this.contract = contract;
  }

  /** What is kept under a key; without an answer where the work is still to be done. */
  private record Kept(String fingerprint, @Nullable String answer) {

    static Kept of(Row row) {
      return new Kept(Objects.requireNonNull(row.get(0, String.class)), row.get(1, String.class));
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
        .query(CLAIM, Kept::of, request.routeKey(), key, fingerprint)
        .single()
        .flatMap(
            kept ->
                kept.answer() == null
                    ? next.handle(request, session)
                        .delayUntil(answer -> keep(session, request.routeKey(), key, answer))
                    : repeated(kept, fingerprint));
  }

  /** The key; null where the route takes none, or there is none, or validation will refuse it. */
  private @Nullable String key(HttpRequest request) {
    return contract
        .operation(request.routeKey())
        .parameter(HEADER)
        .filter(parameter -> parameter.fault(request).isEmpty())
        .map(parameter -> parameter.value(request))
        .orElse(null);
  }

  private static Mono<HttpResponse> repeated(Kept kept, String fingerprint) {
    if (!kept.fingerprint().equals(fingerprint)) {
      return Mono.error(
          new ProblemException(
              Problem.of(
                  422,
                  "The Idempotency-Key has been used with another request:"
                      + " use a new one for a new request.")));
    }
    return Mono.just(HttpResponse.of(json(String.valueOf(kept.answer()))));
  }

  private static JsonNode json(String answer) {
    try {
      return Json.read(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mono<Long> keep(Session session, String route, String key, HttpResponse answer) {
    return session.execute(KEEP, route, key, new String(answer.payload(), StandardCharsets.UTF_8));
  }

  /** Tells one request to a route from another. */
  private static String fingerprint(HttpRequest request) {
    String told = new TreeMap<>(request.path()) + "\n" + new TreeMap<>(request.query()) + "\n";
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(told.getBytes(StandardCharsets.UTF_8));
      digest.update(request.body().text().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

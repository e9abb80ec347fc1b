package dev.warmpool.functions.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sends answers to CloudFormation; the calling thread waits. The JDK's oldest client does it: it
 * loads a tenth of the classes of {@code java.net.http}, for one request in a deployment. Its
 * time-outs bound each read and not their sum, so that it runs on another thread. Stateless.
 */
public final class ResourceResponses {

  private static final Logger LOG = LoggerFactory.getLogger(ResourceResponses.class);

  private static final int ATTEMPTS = 5;

  /** Of an attempt, from connecting to the response's status. */
  private static final Duration ATTEMPT_TIME = Duration.ofSeconds(5);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private ResourceResponses() {}

  /**
   * Sends the answer, again after a failure: up to five times until the deadline.
   *
   * @param newId the resource's physical id if the request has none; must always be the same
   * @return what was sent
   * @throws IllegalStateException if the answer was not accepted. Lambda then invokes the function
   *     again, as it was invoked asynchronously
   */
  public static JsonNode send(
      ResourceRequest request, ResourceAnswer answer, String newId, Deadline deadline) {
    JsonNode json = answer.json(request, newId);
    String refusal = "no time was left";
    for (int attempt = 0; attempt < ATTEMPTS && !deadline.isPast(); attempt++) {
      refusal = put(request.responseUrl(), Json.bytes(json), limit(deadline));
      if (refusal.isEmpty()) {
        return json;
      }
      LOG.warn("The answer {} to CloudFormation failed: {}", answer.status(), refusal);
      pause(FIRST_PAUSE.multipliedBy(1L << attempt), deadline);
    }
    throw new IllegalStateException(
        "CloudFormation has not accepted the answer "
            + answer.status()
            + ": "
            + refusal
            + ". In a private subnet, S3 needs a gateway endpoint");
  }

  private static int limit(Deadline deadline) {
    return (int) Math.max(1, Math.min(ATTEMPT_TIME.toMillis(), deadline.remaining().toMillis()));
  }

  /** Returns why the request failed, without its URL, which is a secret; empty if it did not. */
  private static String put(URI url, byte[] body, int limitMillis) {
    try {
      HttpURLConnection connection = connection(url, body.length, limitMillis);
      String refusal =
          Mono.fromCallable(() -> put(connection, body))
              .onErrorResume(error -> Mono.just(failure(error, url)))
              .subscribeOn(Schedulers.boundedElastic())
              .timeout(Duration.ofMillis(limitMillis), Mono.just(late(url, limitMillis)))
              .block();
      connection.disconnect(); // ends a request that goes on
      return Objects.requireNonNull(refusal);
    } catch (IOException e) {
      return failure(e, url);
    }
  }

  private static String put(HttpURLConnection connection, byte[] body) throws IOException {
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    return status / 100 == 2 ? "" : "status " + status;
  }

  private static String failure(Throwable error, URI url) {
    return error.getClass().getSimpleName() + " at " + url.getHost();
  }

  private static String late(URI url, int limitMillis) {
    return "no whole response within " + limitMillis + " ms from " + url.getHost();
  }

  private static HttpURLConnection connection(URI url, int length, int limitMillis)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(limitMillis);
    connection.setReadTimeout(limitMillis);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("PUT");
    connection.setRequestProperty("Content-Type", ""); // as it was signed
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(length);
    return connection;
  }

  private static void pause(Duration pause, Deadline deadline) {
    Duration left = deadline.remaining();
    long nanos = (pause.compareTo(left) < 0 ? pause : left).toNanos();
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Math.min(end - System.nanoTime(), TimeUnit.SECONDS.toNanos(1)));
    }
  }
}

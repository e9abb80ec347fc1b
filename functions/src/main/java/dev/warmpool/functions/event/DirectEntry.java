package dev.warmpool.functions.event;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.lambda.InvocationDeadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import reactor.core.publisher.Mono;

/**
 * Runs a direct or scheduled invocation: reads the event as JSON, waits for the work, writes its
 * report as JSON. Thread-safe.
 */
public final class DirectEntry {

  /** Bytes of an event, as many as Lambda accepts for an asynchronous invocation. */
  private static final int MAX_EVENT = 1024 * 1024;

  private DirectEntry() {}

  /** The work of one function. */
  @FunctionalInterface
  public interface Work {

    /**
     * Starts the work when the result is subscribed to.
     *
     * @param event the event; an empty object if the invocation has no payload
     * @param deadline when the work must have ended
     * @return exactly one report; fails with {@link IllegalArgumentException} if the event is
     *     invalid
     */
    Mono<JsonNode> run(JsonNode event, Deadline deadline);
  }

  /**
   * Handles one event on the calling thread and ends the invocation: no session is running when
   * this method returns.
   *
   * @throws IllegalArgumentException if the event is not JSON or {@code work} rejects it; Lambda
   *     returns the message to the caller
   */
  public static void handle(InputStream event, OutputStream response, Context context, Work work)
      throws IOException {
    response.write(Json.bytes(await(read(event), context, work)));
  }

  /**
   * Waits for the work on an event on the calling thread and ends the invocation.
   *
   * @return the report
   * @throws IllegalArgumentException if {@code work} rejects the event
   */
  public static JsonNode await(JsonNode event, Context context, Work work) {
    return Invocation.await(
        Mono.defer(() -> work.run(event, InvocationDeadline.of(context))), context);
  }

  /**
   * Reads an event.
   *
   * @return an empty object if the invocation has no payload
   * @throws IllegalArgumentException if the event is not JSON or has more than 1 MB
   */
  public static JsonNode read(InputStream event) throws IOException {
    return parse(event.readNBytes(MAX_EVENT + 1));
  }

  private static JsonNode parse(byte[] event) {
    if (event.length > MAX_EVENT) {
      throw new IllegalArgumentException("the event exceeds 1 MB");
    }
    try {
      JsonNode json = Json.read(event);
      return json.isMissingNode() || json.isNull() ? Json.object() : json;
    } catch (IOException e) {
      // Without the cause, whose message quotes the event, which Lambda would return and log.
      throw new IllegalArgumentException("the event is not JSON");
    }
  }
}

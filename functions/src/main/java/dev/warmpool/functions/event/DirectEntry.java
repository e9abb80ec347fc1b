package dev.warmpool.functions.event;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.lambda.InvocationDeadline;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import reactor.core.publisher.Mono;

/** From a direct or scheduled invocation's JSON to a report and back. Thread-safe. */
public final class DirectEntry {

  private DirectEntry() {}

  /** What a function does with its event. */
  @FunctionalInterface
  public interface Work {

    /** The report. An {@link IllegalArgumentException} tells what is wrong with the event. */
    Mono<JsonNode> run(JsonNode event, Deadline deadline);
  }

  /**
   * Answers one event.
   *
   * @throws IllegalArgumentException what is wrong with the event; Lambda passes it to the caller
   */
  public static void handle(InputStream event, OutputStream answer, Context context, Work work)
      throws IOException {
    JsonNode json = parse(event.readAllBytes());
    try {
      JsonNode report =
          SharedSessions.await(
              Mono.defer(() -> work.run(json, InvocationDeadline.of(context))), context);
      answer.write(Json.bytes(report));
    } finally {
      SharedSessions.endInvocation();
    }
  }

  private static JsonNode parse(byte[] event) {
    try {
      JsonNode json = Json.read(event);
      return json.isMissingNode() || json.isNull() ? Json.object() : json;
    } catch (IOException e) {
      throw new IllegalArgumentException("the event is not JSON", e);
    }
  }
}

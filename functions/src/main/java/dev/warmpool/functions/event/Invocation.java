package dev.warmpool.functions.event;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.log.InvocationFields;
import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.session.lambda.SharedSessions;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** The outermost call of a handler, except of the HTTP API's, which has its own. Stateless. */
public final class Invocation {

  private Invocation() {}

  /**
   * Waits for the work on the calling thread and ends the invocation: no session is running when
   * this method returns. The lines that are logged meanwhile have the request id, and the metrics
   * of the sessions are written.
   *
   * @param work gives exactly one result
   */
  public static <T> T await(Mono<T> work, Context context) {
    InvocationFields.begin(context.getAwsRequestId());
    try {
      return Objects.requireNonNull(SharedSessions.await(work, context));
    } finally {
      InvocationMetrics.log();
      InvocationFields.end();
    }
  }
}

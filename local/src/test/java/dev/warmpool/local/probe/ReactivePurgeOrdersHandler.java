package dev.warmpool.local.probe;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.InvocationDeadline;
import dev.warmpool.session.lambda.SharedSessions;
import java.util.Map;

/** The handler in the README in the reactive style. Thread-safe. */
public final class ReactivePurgeOrdersHandler implements RequestHandler<Map<String, Object>, Long> {

  private static final String OLD = "DELETE FROM orders WHERE created_at < now() - $1::interval";

  @Override
  public Long handleRequest(Map<String, Object> event, Context context) {
    SessionOptions options = SessionOptions.until(InvocationDeadline.of(context));
    return SharedSessions.await(
        SharedSessions.manager().inSession(options, session -> session.execute(OLD, "P90D")),
        context);
  }
}

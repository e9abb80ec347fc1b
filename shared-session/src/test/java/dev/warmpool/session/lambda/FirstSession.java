package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.lang.reflect.Proxy;
import reactor.core.publisher.Mono;

/** A process that runs one session, so that its log lists the classes of a first session. */
final class FirstSession {

  private static final int LIMIT_MILLIS = 60_000;

  private FirstSession() {}

  /** Runs a session as a handler does, and halts, so that no class of the shutdown is logged. */
  public static void main(String[] arguments) {
    Context context =
        (Context)
            Proxy.newProxyInstance(
                Context.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (proxy, method, none) -> LIMIT_MILLIS);
    SessionManager sessions = SharedSessions.manager();
    SessionOptions options =
        SessionOptions.until(InvocationDeadline.of(context)).readOnly().named("first");
    Integer one = SharedSessions.await(sessions.inSession(options, FirstSession::one), context);
    Runtime.getRuntime().halt(one == null ? 1 : 0);
  }

  private static Mono<Integer> one(Session session) {
    return session.query("SELECT $1::int", row -> row.get(0, Integer.class), 1).single();
  }
}

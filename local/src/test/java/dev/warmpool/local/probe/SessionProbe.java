package dev.warmpool.local.probe;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.credentials.Passwords;
import dev.warmpool.session.lambda.InvocationDeadline;
import dev.warmpool.session.lambda.SharedSessions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A handler on sessions; the event's member {@code do} chooses its behaviour. */
public final class SessionProbe
    implements RequestHandler<Map<String, Object>, Map<String, Object>> {

  private static final Duration BOUND = Duration.ofSeconds(60);

  /** Primes before a snapshot. */
  public SessionProbe() {
    SharedSessions.primeBeforeSnapshot(
        () -> query(SessionOptions.standard(), "primed").block(BOUND));
  }

  @Override
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    SessionOptions options = SessionOptions.until(InvocationDeadline.of(context));
    if (event.get("schema") instanceof String schema) {
      options = options.in(new Schema(schema));
    }
    return SharedSessions.await(Mono.just(run(event, options)), context);
  }

  private static Map<String, Object> run(Map<String, Object> event, SessionOptions options) {
    String token = String.valueOf(event.get("token"));
    return switch (String.valueOf(event.get("do"))) {
      case "block" -> block();
      case "leak" -> leak();
      case "several" -> several(options);
      case "slow" -> slow(options);
      default -> query(options, token).block(BOUND);
    };
  }

  /** Returns its backend, the owner recorded in its schema's table, and the token. */
  private static Mono<Map<String, Object>> query(SessionOptions options, String token) {
    return SharedSessions.manager()
        .inSession(options, session -> row(session, token))
        .map(
            row -> {
              Map<String, Object> answer = new HashMap<>(row);
              answer.put("process", ProcessHandle.current().pid());
              answer.put("opened", SharedSessions.manager().stats().opened());
              answer.put("replayed", SharedSessions.manager().stats().replayed());
              return answer;
            });
  }

  private static Mono<Map<String, Object>> row(Session session, String token) {
    return session
        .query(
            "SELECT pg_backend_pid() AS backend, owner, $1::text AS token FROM marker",
            row ->
                Map.<String, Object>of(
                    "backend", row.get("backend", Integer.class),
                    "owner", row.get("owner", String.class),
                    "token", row.get("token", String.class)),
            token)
        .single();
  }

  /** Takes a lock and never returns. */
  private static Map<String, Object> block() {
    endless().subscribe();
    while (true) {
      LockSupport.park();
    }
  }

  /**
   * Takes a lock and returns without waiting for the session; the handler awaits another result.
   */
  private static Map<String, Object> leak() {
    endless().subscribe(ignored -> {}, error -> {});
    return Map.of("process", ProcessHandle.current().pid());
  }

  private static Mono<Void> endless() {
    return SharedSessions.manager()
        .inSession(
            SessionOptions.standard().named("endless"),
            session -> session.execute("UPDATE marker SET owner = owner").then(Mono.never()));
  }

  /** Holds its connection for 1.5 s. */
  private static Map<String, Object> slow(SessionOptions options) {
    SharedSessions.manager()
        .inSession(options, session -> session.execute("SELECT pg_sleep(1.5)"))
        .block(BOUND);
    return Map.of("process", ProcessHandle.current().pid());
  }

  /** Runs as many sessions at once as the pool keeps connections. */
  private static Map<String, Object> several(SessionOptions options) {
    SessionManager sessions = SharedSessions.manager();
    Flux.range(0, sessions.stats().max() - 1)
        .flatMap(i -> sessions.inSession(options, s -> s.execute("SELECT pg_sleep(0.2)")))
        .blockLast(BOUND);
    return Map.of("idle", sessions.stats().idle());
  }

  /** A handler without snapshot hooks: it keeps a connection from the init phase. */
  public static final class Unhooked
      implements RequestHandler<Map<String, Object>, Map<String, Object>> {

    private final SessionManager sessions;

    /** Primes a manager of its own. */
    public Unhooked() {
      SessionSettings settings = SessionSettings.from(System.getenv());
      sessions = SessionManagers.create(settings, Passwords.from(settings));
      sessions.prime().block(BOUND);
    }

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
      return Map.of("opened", sessions.stats().opened());
    }
  }
}

package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionSettings;
import dev.warmpool.session.credentials.Passwords;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The execution environment's one session manager, built from its variables at the first call.
 * Thread-safe: any number of first callers get the same one.
 */
public final class SharedSessions {

  /** The most that Lambda gives on its way out, less what the process needs to end. */
  private static final Duration SHUTDOWN_LIMIT = Duration.ofMillis(100);

  private static final Snapshots SNAPSHOTS = new Snapshots(SharedSessions::manager);

  private static volatile @Nullable SessionManager manager;

  private SharedSessions() {}

  /**
   * The manager. Cheap after the first call; opens no connection.
   *
   * @throws dev.warmpool.session.SettingsException with every fault in the settings; not
   *     remembered, the next call tries again
   */
  public static SessionManager manager() {
    SessionManager built = manager;
    return built != null ? built : build();
  }

  private static synchronized SessionManager build() {
    SessionManager built = manager;
    if (built == null) {
      SessionSettings settings = SessionSettings.from(System.getenv());
      Netty.withoutFlightRecorder();
      built = SessionManager.create(settings, Passwords.from(settings));
      manager = built;
      SNAPSHOTS.register();
      Runtime.getRuntime().addShutdownHook(new Thread(SharedSessions::shutDown, "close-sessions"));
    }
    return built;
  }

  /**
   * Has this run before a snapshot is taken of this environment: a request like those to come, so
   * that what it loads and compiles is in the snapshot. To be called in a handler's constructor;
   * does nothing, at no cost, where there will be no snapshot. What it throws is logged.
   */
  public static void primeBeforeSnapshot(Runnable request) {
    SNAPSHOTS.prime(request);
  }

  /**
   * Waits for the invocation's result with the time that Lambda leaves it, as {@link
   * SessionManager#await} does.
   *
   * @return the result; null for an empty one
   */
  public static <T> @Nullable T await(Mono<T> result, Context context) {
    int remaining = Math.max(1, context.getRemainingTimeInMillis());
    return SessionManager.await(result, Duration.ofMillis(remaining));
  }

  /**
   * Ends what the invocation has left running; the last that a handler calls. All sessions are over
   * when a handler has waited for them: then it costs nothing. One that is not is rolled back, and
   * logged with where it was begun. Where several invocations run at once, those sessions are the
   * invocation's that its own thread has begun.
   *
   * @return how many sessions there were to end
   */
  public static int endInvocation() {
    SessionManager built = manager;
    return built == null ? 0 : EndOfInvocation.check(built);
  }

  /** Lambda sends SIGTERM only where an extension is registered; nothing depends on it. */
  private static void shutDown() {
    SessionManager built = manager;
    if (built != null) {
      built.close(SHUTDOWN_LIMIT).block();
    }
  }
}

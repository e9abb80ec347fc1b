package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.credentials.Passwords;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The session manager of this execution environment, built from its variables at the first call.
 * Thread-safe: concurrent first callers get the same manager.
 *
 * <pre>{@code
 * SessionOptions options = SessionOptions.until(InvocationDeadline.of(context));
 * Mono<Long> deleted = SharedSessions.manager().inSession(options, work);
 * return SharedSessions.await(deleted, context);
 * }</pre>
 */
public final class SharedSessions {

  /** The most that Lambda gives on its way out, less what the process needs to end. */
  private static final Duration SHUTDOWN_LIMIT = Duration.ofMillis(100);

  private static final Snapshots SNAPSHOTS = new Snapshots(SharedSessions::manager);

  private static volatile @Nullable SessionManager manager;

  private SharedSessions() {}

  /**
   * The manager. After the first call this only reads a field; no call opens a connection.
   *
   * @throws dev.warmpool.session.SettingsException with every fault in the settings; the next call
   *     tries again
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
      built = SessionManagers.create(settings, Passwords.from(settings));
      manager = built;
      SNAPSHOTS.register();
      Runtime.getRuntime().addShutdownHook(new Thread(SharedSessions::shutDown, "close-sessions"));
    }
    return built;
  }

  /**
   * Runs a request before a snapshot of this environment is taken, so that the classes it loads and
   * the code it compiles are in the snapshot. Call this in a handler's constructor; it does nothing
   * if no snapshot will be taken. An error of the request is logged.
   */
  public static void primeBeforeSnapshot(Runnable request) {
    SNAPSHOTS.prime(request);
  }

  /**
   * Blocks for the invocation's result, as {@link SessionManager#await} does, for as long as Lambda
   * leaves the invocation. Needs no valid settings unless the result does.
   *
   * @return the result; null for an empty one
   */
  public static <T> @Nullable T await(Mono<T> result, Context context) {
    Duration remaining = Duration.ofMillis(Math.max(1, context.getRemainingTimeInMillis()));
    SessionManager built;
    try {
      built = manager();
    } catch (RuntimeException unavailable) { // the result reports it, if it needs a session
      return result.block(remaining);
    }
    return built.await(result, remaining);
  }

  /**
   * Ends the sessions that the invocation has left running; a handler's last call. It costs nothing
   * if the handler has waited for all its sessions. A session that still runs is rolled back, and
   * logged with the place where it was begun. If several invocations run at once, an invocation's
   * sessions are those that its own thread has begun.
   *
   * @return how many sessions were ended
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

package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.credentials.Passwords;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The session manager of this execution environment, created at the first call from the environment
 * variables. Thread-safe: concurrent first callers get the same manager.
 *
 * <pre>{@code
 * SessionOptions options = SessionOptions.until(InvocationDeadline.of(context));
 * Mono<Long> deleted = SharedSessions.manager().inSession(options, work);
 * return SharedSessions.await(deleted, context);
 * }</pre>
 */
public final class SharedSessions {

  /** Less than the time that Lambda gives a process to shut down after SIGTERM. */
  private static final Duration SHUTDOWN_LIMIT = Duration.ofMillis(100);

  private static final Snapshots SNAPSHOTS = new Snapshots(SharedSessions::manager);

  private static volatile @Nullable SessionManager manager;
  private static @Nullable SessionListener listener;

  private SharedSessions() {}

  /**
   * The manager, created at the first call; later calls only read a field. No call opens a
   * connection.
   *
   * @throws dev.warmpool.session.SettingsException with every fault in the settings; the next call
   *     tries again
   */
  public static SessionManager manager() {
    SessionManager built = manager;
    return built != null ? built : build();
  }

  /**
   * Lets a listener hear of all sessions. Call this in a static initializer or a constructor of the
   * handler, before the first session.
   *
   * @throws IllegalStateException if the manager is built already, or has a listener
   */
  public static synchronized void listen(SessionListener sessions) {
    Objects.requireNonNull(sessions, "the listener is null");
    if (manager != null) {
      throw new IllegalStateException(
          "the session manager is built: register its listener before the first session");
    }
    if (listener != null) {
      throw new IllegalStateException(
          "the session manager has a listener: let it call the other one");
    }
    listener = sessions;
  }

  private static SessionManager create(SessionSettings settings) {
    PasswordSource passwords = Passwords.from(settings);
    SessionListener registered = listener;
    return registered == null
        ? SessionManagers.create(settings, passwords)
        : SessionManagers.listening(settings, passwords, registered);
  }

  private static synchronized SessionManager build() {
    SessionManager built = manager;
    if (built == null) {
      SessionSettings settings = SessionSettings.from(System.getenv());
      Netty.withoutFlightRecorder();
      built = create(settings);
      SNAPSHOTS.register();
      Runtime.getRuntime().addShutdownHook(new Thread(SharedSessions::shutDown, "close-sessions"));
      manager = built;
    }
    return built;
  }

  /**
   * Runs a request before a snapshot of this environment is taken, so that the snapshot contains
   * the classes that it loads and the code that the JVM compiles for it. Call this in a handler's
   * constructor. The request does not run if no snapshot will be taken; an exception of the request
   * is logged.
   */
  public static void primeBeforeSnapshot(Runnable request) {
    SNAPSHOTS.prime(request);
  }

  /**
   * Blocks for the invocation's result as {@link SessionManager#await} does, for the invocation's
   * remaining time less a part for the response, then ends the invocation as {@link #endInvocation}
   * does. If several threads of an invocation are in this method, the last one ends it. A result
   * that uses no session needs no valid settings.
   *
   * @return the result; null for an empty one
   * @throws IllegalStateException if there was no result within that time, as {@link
   *     SessionManager#await} describes; errors of the result are thrown as they are
   */
  public static <T> @Nullable T await(Mono<T> result, Context context) {
    Duration limit = InvocationDeadline.limit(context);
    SessionManager built;
    try {
      built = manager();
    } catch (RuntimeException unavailable) { // the result reports it if it needs a session
      return result.block(limit);
    }
    Waits.begin();
    try {
      return built.await(result, limit);
    } finally {
      Waits.end(built, context);
    }
  }

  /**
   * The sessions of an invocation for code that waits.
   *
   * <pre>{@code
   * public Long handleRequest(Map<String, String> event, Context context) {
   *   return SharedSessions.blocking(context).inSession(SessionOptions.standard(),
   *       session -> session.execute("DELETE FROM orders WHERE id = $1", event.get("id")));
   * }
   * }</pre>
   *
   * <p>Each session ends by the invocation's deadline, or by its own if that is earlier. Each
   * outermost call of a thread, when it has ended, ends the invocation as {@link #await} does:
   * sessions that were begun meanwhile and are still running are rolled back and logged. Sessions
   * that other threads of the invocation run in this way are not: wait for those threads before the
   * handler returns.
   *
   * @param context of the invocation
   * @throws dev.warmpool.session.SettingsException as {@link #manager} does
   */
  public static BlockingSessions blocking(Context context) {
    Objects.requireNonNull(context, "the context of the invocation is null");
    return new InvocationSessions(context, manager());
  }

  /**
   * Ends the sessions that the invocation left running. {@link #await} does so, too: only a handler
   * that waits by other means, such as {@code block}, needs to call this, last of all. It returns
   * at once if no session is in flight. A session that is still running 250 ms later (earlier if
   * the invocation has less than a second left) is rolled back and logged at level error with the
   * stack trace of its start. If {@code AWS_LAMBDA_MAX_CONCURRENCY} is more than 1, an invocation's
   * sessions are those that its own thread subscribed to.
   *
   * @return how many sessions were ended
   */
  public static int endInvocation() {
    SessionManager built = manager;
    return built == null ? 0 : EndOfInvocation.end(built, EndOfInvocation.MOST);
  }

  /** Lambda sends SIGTERM only if an extension is registered, so nothing depends on this hook. */
  private static void shutDown() {
    SessionManager built = manager;
    if (built != null) {
      built.close(SHUTDOWN_LIMIT).block();
    }
  }
}

package dev.warmpool.session.errors;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionException;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One cause of a failed session.
 *
 * @param name what is wrong
 * @param again whether connecting is tried again until {@code POOL_TIMEOUT}
 * @param remedy what to do
 * @param failure runs one session and returns the message of its exception
 */
record Cause(String name, boolean again, String remedy, Failure failure) {

  /** How the message of a session begins that connected again and again. */
  static final String TRIED_AGAIN = "no connection within ";

  /** Connecting may still be under way, to a server that never answers. */
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(50);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Provokes the cause. */
  @FunctionalInterface
  interface Failure {

    /** Returns the message of the session's exception. */
    String message() throws Exception;
  }

  static Cause retried(String name, String remedy, Failure failure) {
    return new Cause(name, true, remedy, failure);
  }

  static Cause atOnce(String name, String remedy, Failure failure) {
    return new Cause(name, false, remedy, failure);
  }

  /** The message that a session ends with, which logs in with a fixed password. */
  static String message(String... settings) {
    return message(ignored -> PasswordSource.fixed("right"), settings);
  }

  /** The message that a session ends with. On a busy machine the first error may take a while. */
  static String message(Function<SessionSettings, PasswordSource> source, String... settings) {
    String soon = within("0.6", source, SessionOptions.standard(), settings);
    return soon.startsWith(TRIED_AGAIN) && !soon.contains("last connect error")
        ? within("8", source, SessionOptions.standard(), settings)
        : soon;
  }

  /** The message that a session with these options ends with. */
  static String messageOf(SessionOptions options, String... settings) {
    return within("8", ignored -> PasswordSource.fixed("right"), options, settings);
  }

  /** Settings that name a {@code POOL_TIMEOUT} of their own keep it. */
  private static String within(
      String seconds,
      Function<SessionSettings, PasswordSource> source,
      SessionOptions options,
      String... settings) {
    SessionSettings read = SessionSettings.from(environment(seconds, settings));
    SessionManager manager = SessionManagers.create(read, source.apply(read));
    try {
      Long rows =
          manager.await(manager.inSession(options, session -> session.execute("SELECT 1")), LIMIT);
      return "no failure, but " + rows + " row";
    } catch (SessionException failure) {
      return String.valueOf(failure.getMessage());
    } finally {
      manager.await(manager.close(CLOSE_LIMIT), LIMIT);
    }
  }

  private static Map<String, String> environment(String seconds, String... settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("POSTGRES_HOST", "127.0.0.1");
    environment.put("POSTGRES_DB", "postgres");
    environment.put("POSTGRES_USER", "app");
    environment.put("POSTGRES_PASSWORD", "right");
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("MAX_OVERFLOW", "0");
    environment.put("POOL_TIMEOUT", seconds);
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    return environment;
  }
}

package dev.warmpool.session.manager;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.internal.listen.Listening;
import dev.warmpool.session.settings.SessionSettings;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Creates session managers. A Lambda function does not need this: {@code
 * dev.warmpool.session.lambda.SharedSessions} holds the one of its environment.
 */
public final class SessionManagers {

  private SessionManagers() {}

  /**
   * Creates a manager. Opens no connection; the caller closes the manager.
   *
   * @param settings where the database is and how connections are kept
   * @param passwords supplies the password of each new connection
   * @throws IllegalStateException if the driver on the class path is older than sessions need; the
   *     message names both versions
   */
  public static SessionManager create(SessionSettings settings, PasswordSource passwords) {
    Objects.requireNonNull(settings, "the settings are null");
    Objects.requireNonNull(passwords, "the source of passwords is null");
    return new PooledSessionManager(settings, passwords, InstantSource.system(), Listening.NONE);
  }

  /**
   * Creates a manager as {@link #create} does, whose sessions a listener hears of.
   *
   * @param listener called for all sessions, {@link SessionManager#prime} included
   */
  public static SessionManager listening(
      SessionSettings settings, PasswordSource passwords, SessionListener listener) {
    Objects.requireNonNull(settings, "the settings are null");
    Objects.requireNonNull(passwords, "the source of passwords is null");
    Objects.requireNonNull(listener, "the listener is null: use create for none");
    return new PooledSessionManager(
        settings, passwords, InstantSource.system(), Listening.to(listener));
  }
}

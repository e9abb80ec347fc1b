package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionSettings;
import dev.warmpool.session.credentials.Passwords;
import org.jspecify.annotations.Nullable;

/**
 * The execution environment's one session manager, built from its variables at the first call.
 * Thread-safe: any number of first callers get the same one.
 */
public final class SharedSessions {

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
      built = SessionManager.create(settings, Passwords.from(settings));
      manager = built;
    }
    return built;
  }
}

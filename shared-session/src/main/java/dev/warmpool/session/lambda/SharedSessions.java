package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;

/** The execution environment's one session manager (skeleton). */
public final class SharedSessions {

  private SharedSessions() {}

  /** The manager, built from the environment at the first call. */
  public static SessionManager manager() {
    throw new UnsupportedOperationException();
  }
}

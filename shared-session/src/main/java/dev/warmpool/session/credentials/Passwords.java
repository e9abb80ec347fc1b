package dev.warmpool.session.credentials;

import dev.warmpool.session.Credential;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionSettings;

/** Makes the source of passwords that the settings ask for. */
public final class Passwords {

  private Passwords() {}

  /** The source for these settings; nothing is fetched yet. */
  public static PasswordSource from(SessionSettings settings) {
    if (settings.credential() instanceof Credential.Password password) {
      return PasswordSource.fixed(password.value());
    }
    throw new UnsupportedOperationException("not yet: " + settings.credential());
  }
}

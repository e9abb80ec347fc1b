package dev.warmpool.session.credentials;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.settings.Credential;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Clock;
import java.time.Duration;

/** Makes the source of passwords that the settings ask for. */
public final class Passwords {

  /** A token is good for 15 minutes; the credentials that signed it may not be. */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

  /** A rotated secret is noticed earlier, when the server refuses the old one. */
  private static final Duration SECRET_LIFE = Duration.ofHours(1);

  private Passwords() {}

  /** The source for these settings; nothing is fetched, and no AWS class loaded, before its use. */
  public static PasswordSource from(SessionSettings settings) {
    Credential credential = settings.credential();
    if (credential instanceof Credential.Password password) {
      return PasswordSource.fixed(password.value());
    }
    if (credential instanceof Credential.Secret secret) {
      return new CachedPassword(
          () -> DatabaseSecret.fetch(secret.arn()), SECRET_LIFE, Clock.systemUTC());
    }
    return new CachedPassword(() -> IamToken.sign(settings), TOKEN_LIFE, Clock.systemUTC());
  }
}

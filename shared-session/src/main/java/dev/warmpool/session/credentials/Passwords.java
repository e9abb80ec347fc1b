package dev.warmpool.session.credentials;

import dev.warmpool.session.Credentials;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.settings.Credential;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Clock;
import java.time.Duration;

/** Creates the source of passwords that the settings name. */
public final class Passwords {

  /** A token is valid for 15 minutes, but no longer than the credentials that signed it. */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

  /** A rotation is noticed before that, when the server refuses the old password. */
  private static final Duration SECRET_LIFE = Duration.ofHours(1);

  private Passwords() {}

  /**
   * Creates the source for these settings. Nothing is fetched and no class of the AWS SDK is loaded
   * before the first use. A secret is cached for an hour, a token for 10 minutes.
   */
  public static PasswordSource from(SessionSettings settings) {
    Credential credential = settings.credential();
    if (credential instanceof Credential.Password password) {
      return PasswordSource.fixed(password.value());
    }
    if (credential instanceof Credential.Secret secret) {
      return new CachedCredentials(
          () -> DatabaseSecret.fetch(secret.arn()), SECRET_LIFE, Clock.systemUTC());
    }
    return new CachedCredentials(
        () -> new Credentials(null, IamToken.sign(settings)), TOKEN_LIFE, Clock.systemUTC());
  }
}

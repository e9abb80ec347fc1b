package dev.warmpool.session.internal.pool;

import dev.warmpool.session.settings.Credential;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.settings.Tls;

/**
 * What an attempt to connect waits for, in the words of messages. Immutable.
 *
 * @param address host and port
 * @param encrypted whether connections use TLS
 * @param password the password, by where it comes from
 */
record Peer(String address, boolean encrypted, String password) {

  static Peer of(SessionSettings settings) {
    return new Peer(
        settings.host() + ":" + settings.port(),
        settings.tls().mode() != Tls.Mode.DISABLE,
        password(settings.credential()));
  }

  private static String password(Credential credential) {
    if (credential instanceof Credential.Secret) {
      return "a password from Secrets Manager";
    }
    return credential instanceof Credential.IamToken ? "an IAM token" : "a password";
  }
}

package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * What a connection logs in with. Immutable; the text of the record hides the password.
 *
 * @param user the role; null for the one that the settings name, {@code POSTGRES_USER}
 * @param password in clear text, or a token in its place
 */
public record Credentials(@Nullable String user, String password) {

  /** The role, without the password. */
  @Override
  public String toString() {
    return "Credentials[user=" + user + ", password=***]";
  }
}

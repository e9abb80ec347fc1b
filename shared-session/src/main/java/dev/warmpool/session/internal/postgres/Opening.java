package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The opening of a session. Immutable.
 *
 * @param sql its text
 * @param shown writes the text without the values of settings, for a log
 * @param role as which it lets the session run; null for the login role
 * @param binds whether it makes settings of the caller's, or sets a role
 */
public record Opening(String sql, Supplier<String> shown, @Nullable String role, boolean binds) {

  static Opening of(SessionOptions options, String sql, Supplier<String> shown) {
    return new Opening(sql, shown, options.role(), isBound(options));
  }

  /** Whether an opening with these options sets a role or makes settings of the caller's. */
  static boolean isBound(SessionOptions options) {
    return options.role() != null || !options.settings().isEmpty();
  }

  /** The text without the values of settings. */
  @Override
  public String toString() {
    return shown.get();
  }
}

package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * How the connection is encrypted.
 *
 * @param mode what is checked
 * @param rootCertificate PEM file with the roots to trust; null for the default ones
 */
public record Tls(Mode mode, @Nullable String rootCertificate) {

  /** What is checked of the server's certificate. */
  public enum Mode {
    /** Chain and host name. */
    VERIFY_FULL,
    /** Chain. */
    VERIFY_CA,
    /** Nothing, but encrypted. */
    REQUIRE,
    /** Not encrypted. */
    DISABLE
  }
}

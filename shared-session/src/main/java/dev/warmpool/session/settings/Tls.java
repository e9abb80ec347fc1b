package dev.warmpool.session.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How connections are encrypted. Immutable.
 *
 * @param mode what is checked, {@code POSTGRES_SSL_MODE}
 * @param rootCertificate PEM file with the roots to trust, {@code POSTGRES_SSL_ROOT_CERT}; null for
 *     the roots of RDS if the host is an RDS host, else for those of the JVM's trust store
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
    DISABLE;

    /** The value of {@code POSTGRES_SSL_MODE} that selects it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}

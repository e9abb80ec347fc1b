package dev.warmpool.session;

import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the connection is encrypted.
 *
 * @param mode what is checked
 * @param rootCertificate PEM file with the roots to trust; null for those of RDS where the host is
 *     one of theirs, else the JVM's
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

    /** As {@code POSTGRES_SSL_MODE} has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The roots to trust for this host; null for those of the JVM. */
  @Nullable URL roots(String host) {
    try {
      return rootCertificate == null ? RdsRoots.of(host) : Path.of(rootCertificate).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e); // a path always has a URL
    }
  }
}

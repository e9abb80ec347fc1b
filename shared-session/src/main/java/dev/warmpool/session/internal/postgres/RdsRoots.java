package dev.warmpool.session.internal.postgres;

import java.net.URL;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The root certificates of RDS, which come with the library because AWS does not document that a
 * Lambda runtime's trust store has them. They are read only for connections to RDS hosts.
 */
final class RdsRoots {

  private static final String RESOURCE = "rds-roots.pem";

  private static final String HOST_SUFFIX = ".rds.amazonaws.com";

  /** Part of an RDS Proxy's host name. A proxy has a public certificate, issued by ACM. */
  private static final String PROXY = ".proxy-";

  private RdsRoots() {}

  /** The roots for this host; null if its certificate is not signed by one of them. */
  static @Nullable URL of(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.endsWith(HOST_SUFFIX) && !name.contains(PROXY)
        ? RdsRoots.class.getResource(RESOURCE)
        : null;
  }
}

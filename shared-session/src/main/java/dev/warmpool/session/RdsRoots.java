package dev.warmpool.session;

import java.net.URL;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The roots of the certificates of RDS, which come with the library: whether a runtime's own trust
 * store has them is not documented. Read only where they are needed.
 */
final class RdsRoots {

  static final String RESOURCE = "rds-roots.pem";

  private static final String HOST_SUFFIX = ".rds.amazonaws.com";

  /** Begins the second part of an RDS Proxy's name; its certificate is a public one, by ACM. */
  private static final String PROXY = ".proxy-";

  private RdsRoots() {}

  /** Where they are; null for a host whose certificate they have not signed. */
  static @Nullable URL of(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.endsWith(HOST_SUFFIX) && !name.contains(PROXY)
        ? RdsRoots.class.getResource(RESOURCE)
        : null;
  }
}

package dev.warmpool.session.internal.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a driver that is older than sessions need. A project's own BOM may bring one; everything
 * else that comes with such a BOM is new enough, from Spring Boot 3.2 on.
 */
final class DriverVersion {

  /** The driver's connection, which implements {@link Wrapped} since 1.0.7. It is not public. */
  private static final String CONNECTION = "io.r2dbc.postgresql.PostgresqlConnection";

  private DriverVersion() {}

  /**
   * Checks the driver by its classes, because archives of merged libraries have no versions.
   *
   * @throws IllegalStateException that names the version if the driver is too old
   */
  static void require() {
    if (!isNewEnough(CONNECTION)) {
      String version = PostgresqlConnectionFactory.class.getPackage().getImplementationVersion();
      throw new IllegalStateException(tooOld(version));
    }
  }

  static boolean isNewEnough(String connection) {
    try {
      ClassLoader loader = DriverVersion.class.getClassLoader();
      return Wrapped.class.isAssignableFrom(Class.forName(connection, false, loader));
    } catch (ClassNotFoundException relocated) {
      return true; // a relocated driver cannot be checked
    }
  }

  static String tooOld(@Nullable String version) {
    return "r2dbc-postgresql "
        + (version == null ? "of unknown version" : version)
        + " is on the class path, and sessions need 1.0.7 or later: raise r2dbc-postgresql.version,"
        + " or use Spring Boot 3.2 or later";
  }
}

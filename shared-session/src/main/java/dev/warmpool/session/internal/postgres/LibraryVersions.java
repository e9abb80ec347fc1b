package dev.warmpool.session.internal.postgres;

import java.security.CodeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Explains errors of linking: a project's own BOM may bring libraries that are older than this
 * library was compiled against. Loaded only when such an error occurs.
 */
public final class LibraryVersions {

  /** Spring Boot 3.2 brings these or later ones; a test runs sessions on the oldest. */
  private static final String NEEDED =
      "r2dbc-postgresql 1.0.7, r2dbc-pool 1.0.1, r2dbc-spi 1.0, reactor-core 3.5.17,"
          + " reactor-netty 1.1 and Netty 4.1.110, or later";

  /** A class of each library that the message names. */
  private static final Map<String, String> LIBRARIES = new LinkedHashMap<>();

  static {
    LIBRARIES.put("r2dbc-postgresql", "io.r2dbc.postgresql.PostgresqlConnectionFactory");
    LIBRARIES.put("r2dbc-pool", "io.r2dbc.pool.ConnectionPool");
    LIBRARIES.put("r2dbc-spi", "io.r2dbc.spi.Connection");
    LIBRARIES.put("reactor-core", "reactor.core.publisher.Mono");
    LIBRARIES.put("reactor-netty", "reactor.netty.resources.LoopResources");
    LIBRARIES.put("Netty", "io.netty.channel.Channel");
  }

  private LibraryVersions() {}

  /**
   * The error with a message that names what was found and what is needed.
   *
   * @param error a method or class that is missing
   */
  public static RuntimeException explain(LinkageError error) {
    String found =
        LIBRARIES.entrySet().stream()
            .map(library -> library.getKey() + " " + version(library.getValue()))
            .collect(Collectors.joining(", "));
    return new ConnectionRefusedException(
        "a library is older than sessions need ("
            + error
            + "): needed are "
            + NEEDED
            + "; found "
            + found
            + ": raise the version that your build manages",
        error);
  }

  private static String version(String className) {
    try {
      Class<?> type = Class.forName(className, false, LibraryVersions.class.getClassLoader());
      String version = type.getPackage().getImplementationVersion();
      return version != null ? version : location(type);
    } catch (ClassNotFoundException | LinkageError e) {
      return "not at all";
    }
  }

  /** The file that the class is from: libraries that were merged into one have no version. */
  private static String location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    String path = source == null ? "" : source.getLocation().getPath();
    return "in " + path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
  }
}

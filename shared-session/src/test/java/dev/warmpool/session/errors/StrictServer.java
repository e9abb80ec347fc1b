package dev.warmpool.session.errors;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server with few connections that refuses roles and databases, each for another reason. */
final class StrictServer implements AutoCloseable {

  private static final String ADMISSION =
      """
      host    all  rejected                                        all  reject
      hostssl all  encrypted                                       all  trust
      host    all  app,expired                                     all  scram-sha-256
      host    all  postgres,nobody,sleeper,limited,member          all  trust
      """;

  /** Three of them are reserved for superusers. */
  private static final int CONNECTIONS = 8;

  private static final int RESERVED = 3;

  private final PostgresServer server;
  private final List<Connection> taken = new ArrayList<>();

  /**
   * @param folder for the server's configuration
   */
  StrictServer(Path folder) throws IOException {
    Path admission = folder.resolve("pg_hba.conf");
    Files.writeString(admission, ADMISSION);
    server =
        PostgresServer.with(
            Map.of(
                "hba_file",
                admission.toString(),
                "max_connections",
                Integer.toString(CONNECTIONS),
                "superuser_reserved_connections",
                Integer.toString(RESERVED)));
    server.execute(
        "CREATE ROLE rejected LOGIN; CREATE ROLE encrypted LOGIN; CREATE ROLE sleeper;"
            + "CREATE ROLE limited LOGIN CONNECTION LIMIT 0; CREATE ROLE member LOGIN;"
            + "CREATE ROLE app LOGIN PASSWORD 'right';"
            + "CREATE ROLE expired LOGIN PASSWORD 'right' VALID UNTIL '2020-01-01'");
    for (String database : List.of("full", "private", "closed")) {
      server.execute("CREATE DATABASE \"" + database + '"');
    }
    server.execute("ALTER DATABASE \"full\" CONNECTION LIMIT 0");
    server.execute("REVOKE CONNECT ON DATABASE private FROM PUBLIC");
    server.execute("ALTER DATABASE closed ALLOW_CONNECTIONS false");
  }

  int port() {
    return server.port();
  }

  /** Takes every connection that a role without privileges could get. */
  void takeUnreserved() {
    take(CONNECTIONS - RESERVED);
  }

  /** Takes every connection. */
  void takeAll() {
    take(CONNECTIONS);
  }

  private void take(int count) {
    while (taken.size() < count) {
      taken.add(server.admin());
    }
  }

  /** Returns the connections that were taken. */
  void giveBack() {
    try {
      for (Connection connection : taken) {
        connection.close();
      }
      taken.clear();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    giveBack();
    server.close();
  }
}

package dev.warmpool.local.database;

import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server on a free port of 127.0.0.1, which every user of the machine can reach: so it
 * takes a password made with its data and has no socket in a shared folder. The password stands on
 * no command line and in no log, only in files that this user alone can read. Thread-safe.
 */
final class EmbeddedServer implements AutoCloseable {

  static final String USER = "postgres";

  private static final String HOST = "127.0.0.1";

  private final Workspace workspace;
  private final boolean durable;
  private final ServerFiles files;
  private final String password;
  private final int port;
  private final Path passwordFile;
  private volatile Optional<ServerProcess> process = Optional.empty();

  /** Chooses a port and a password. The data is in the kept folder, by default in the run's. */
  EmbeddedServer(Workspace workspace, Optional<KeptFolder> kept) throws IOException {
    this.workspace = workspace;
    this.durable = kept.isPresent();
    this.files =
        new ServerFiles(kept.map(KeptFolder::folder).orElseGet(() -> workspace.path("database")));
    this.password = files.prepare();
    this.port = freePort();
    String line = "%s:%d:*:%s:%s\n".formatted(HOST, port, USER, password);
    this.passwordFile = ServerFiles.write(workspace.path("pgpass"), line);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }

  /** Starts the server and waits until it accepts connections with the password. */
  void start() throws IOException, SQLException {
    if (!files.areUnfinished()) {
      launch(InitialData.made(workspace));
      return;
    }
    InitialData initial = InitialData.copied(workspace, files.data());
    if (durable) {
      files.force();
    }
    launch(initial);
    try (Connection connection = connect(initial.password());
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER ROLE %s PASSWORD '%s'".formatted(USER, password));
    }
    files.complete();
  }

  private void launch(InitialData initial) throws IOException {
    ServerProcess server = new ServerProcess(initial.programs(), files.data());
    process = Optional.of(server);
    server.start(settings(), workspace.path("database.log"));
  }

  /** Without a kept folder, a killed server loses what it has last committed. */
  private Map<String, String> settings() {
    String sync = durable ? "on" : "off";
    return Map.of(
        "port",
        Integer.toString(port),
        "listen_addresses",
        HOST,
        "unix_socket_directories",
        "",
        "timezone",
        "UTC",
        "max_connections",
        "300",
        "fsync",
        sync,
        "synchronous_commit",
        sync);
  }

  int port() {
    return port;
  }

  String password() {
    return password;
  }

  /** A file in the form of PostgreSQL's {@code .pgpass}. */
  Path passwordFile() {
    return passwordFile;
  }

  /** Connects to the server, which has been started. */
  Connection connect() throws SQLException {
    return connect(password);
  }

  private Connection connect(String with) throws SQLException {
    PGSimpleDataSource server = new PGSimpleDataSource();
    server.setServerNames(new String[] {HOST});
    server.setPortNumbers(new int[] {port});
    server.setDatabaseName("postgres");
    return server.getConnection(USER, with);
  }

  /** Stops the server if it has been started. */
  @Override
  public void close() throws IOException {
    if (process.isPresent()) {
      process.get().stop();
    }
  }
}

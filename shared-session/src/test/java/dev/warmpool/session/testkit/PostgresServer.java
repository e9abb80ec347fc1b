package dev.warmpool.session.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An embedded PostgreSQL on loopback. Its data and port survive {@link #stop()} and {@link
 * #start()}. Commits are durable, unlike by the embedded default; with the system property {@code
 * fsync=off} they outlive a killed server, but not a machine that fails. For one test at a time,
 * except the {@link #shared()} server, which tests must not stop.
 */
public final class PostgresServer implements AutoCloseable {

  private static Optional<PostgresServer> shared = Optional.empty();
  private static Optional<Path> empty = Optional.empty();

  private final Path data;
  private final Map<String, String> configuration;
  private int port;
  private EmbeddedPostgres running;

  private PostgresServer(Path data, Map<String, String> configuration) {
    this.data = data;
    this.configuration = configuration;
    this.running = launch();
    this.port = running.getPort();
  }

  /** The server that all tests of this JVM share; it ends with the JVM. */
  public static synchronized PostgresServer shared() {
    if (shared.isEmpty()) {
      PostgresServer server = with(Map.of("max_connections", "200"));
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-postgres"));
      shared = Optional.of(server);
    }
    return shared.get();
  }

  /** Starts a server with these settings on its command line; the caller closes it. */
  public static PostgresServer with(Map<String, String> configuration) {
    try {
      Path data = Files.createTempDirectory("warmpool-pg");
      copy(empty(), data);
      return new PostgresServer(data, configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data of a new server, made once in this JVM: a copy of it takes a tenth of the time. */
  private static synchronized Path empty() throws IOException {
    if (empty.isEmpty()) {
      Path data = Files.createTempDirectory("warmpool-pg-empty");
      PostgresServer server = new PostgresServer(data, Map.of());
      String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
      server.stop();
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(running -> running.onExit().join());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(data), "delete-empty"));
      empty = Optional.of(data);
    }
    return empty.get();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.skip(1).toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EmbeddedPostgres launch() {
    try {
      System.setProperty("ot.epg.working-dir", binaries().toString());
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("unix_socket_directories", "")
              .setServerConfig("fsync", System.getProperty("fsync", "on"))
              .setServerConfig("synchronous_commit", "on");
      configuration.forEach(builder::setServerConfig);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The folder of the binaries, in one that only this user can enter. The library's default is a
   * folder in the shared temporary one, to which it lets every user write.
   */
  private static Path binaries() throws IOException {
    Path own = Path.of(System.getProperty("user.home"), ".cache", "warmpool");
    Path binaries = Files.createDirectories(own.resolve("postgres"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    return binaries;
  }

  /** Starts the server again after {@link #stop()}, on the same port with the same data. */
  public synchronized void start() {
    running = launch();
  }

  /** Stops the server, which closes every connection. */
  public synchronized void stop() {
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings of a session manager for this server. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("POSTGRES_HOST", "127.0.0.1");
    environment.put("POSTGRES_PORT", Integer.toString(port));
    environment.put("POSTGRES_DB", "postgres");
    environment.put("POSTGRES_USER", "postgres");
    environment.put("POSTGRES_PASSWORD", "postgres");
    return environment;
  }

  /** The server's version, as the server reports it. */
  public String version() {
    try (Connection connection = admin()) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The server's port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Opens a superuser's connection to inspect the server from outside; the caller closes it. */
  public Connection admin() {
    try {
      return running.getPostgresDatabase().getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs statements as superuser. */
  public void execute(String sql) {
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of a superuser's query, as text. */
  public List<String> column(String sql) {
    try (Connection connection = admin();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one number that a superuser's query returns. */
  public long number(String sql) {
    return Long.parseLong(column(sql).get(0));
  }

  /** The states of the library's connections, as {@code pg_stat_activity} reports them. */
  public List<String> states() {
    return column("SELECT state FROM pg_stat_activity WHERE application_name = 'warmpool'");
  }

  /** Stops the server and deletes its data. */
  @Override
  public synchronized void close() {
    stop();
    delete(data);
  }
}

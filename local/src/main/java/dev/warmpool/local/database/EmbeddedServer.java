package dev.warmpool.local.database;

import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A PostgreSQL server on a free port of 127.0.0.1, which every user of the machine can reach: so it
 * takes a password made with its data and has no socket in a shared folder. The password stands on
 * no command line and in no log, only in files that this user alone can read. Thread-safe.
 */
final class EmbeddedServer implements AutoCloseable {

  static final String USER = "postgres";

  /** A start takes half a second on a free processor, and longer if it has to recover the data. */
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  /**
   * The folder of the binaries. The library also stops and deletes servers that it finds there, and
   * the default is a folder of that name in the shared temporary folder.
   */
  private static final String WORKING_FOLDER = "ot.epg.working-dir";

  private final EmbeddedPostgres postgres;
  private final String password;
  private final Path passwordFile;

  private EmbeddedServer(EmbeddedPostgres postgres, String password, Path passwordFile) {
    this.postgres = postgres;
    this.password = password;
    this.passwordFile = passwordFile;
  }

  /** Starts a server whose data is in the kept folder, by default in the run's. */
  static EmbeddedServer start(Workspace workspace, Optional<KeptFolder> kept) throws IOException {
    Path folder = kept.map(KeptFolder::folder).orElseGet(() -> workspace.path("database"));
    ServerFiles files = new ServerFiles(folder);
    String password = files.prepare();
    System.setProperty(WORKING_FOLDER, workspace.binaries().toString());
    EmbeddedPostgres.Builder builder = builder(files).setConnectConfig("password", password);
    kept.ifPresent(data -> makeDurable(builder));
    EmbeddedPostgres postgres = launched(builder, workspace.binaries());
    files.complete();
    String line = "127.0.0.1:%d:*:%s:%s\n".formatted(postgres.getPort(), USER, password);
    Path pgpass = ServerFiles.write(workspace.path("pgpass"), line);
    return new EmbeddedServer(postgres, password, pgpass);
  }

  private static EmbeddedPostgres.Builder builder(ServerFiles files) {
    return EmbeddedPostgres.builder()
        .setDataDirectory(files.data())
        .setCleanDataDirectory(false) // initdb only where there is no data
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "")
        // Options of initdb, as all of this kind; they override the builder's own.
        .setLocaleConfig("auth-host", "scram-sha-256")
        .setLocaleConfig("auth-local", "reject")
        .setLocaleConfig("pwfile", files.password().toString())
        .setPGStartupWait(START_LIMIT)
        .setRegisterShutdownHook(false); // StartedResources stops it after the functions
  }

  /** The builder's defaults are for tests: a killed server loses what it has last committed. */
  private static void makeDurable(EmbeddedPostgres.Builder builder) {
    builder.setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on");
  }

  /** One launch after another on this machine: the first unpacks the binaries. */
  private static synchronized EmbeddedPostgres launched(
      EmbeddedPostgres.Builder builder, Path binaries) throws IOException {
    Path lock = binaries.resolve("lock");
    try (FileChannel turn =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      turn.lock();
      UnpackedBinaries.deletePartial(binaries);
      EmbeddedPostgres postgres = builder.start();
      UnpackedBinaries.close(binaries);
      return postgres;
    }
  }

  int port() {
    return postgres.getPort();
  }

  String password() {
    return password;
  }

  /** A file in the form of PostgreSQL's {@code .pgpass}. */
  Path passwordFile() {
    return passwordFile;
  }

  Connection connect() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}

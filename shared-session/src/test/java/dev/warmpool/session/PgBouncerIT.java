package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmpool.session.testkit.FrontendMessage;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs sessions through PgBouncer in transaction mode, all on one server connection. */
class PgBouncerIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private Process bouncer;
  private WireProxy proxy;
  private SessionManager manager;

  private static Path binary() {
    return Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
        .flatMap(Stream::of)
        .map(folder -> Path.of(folder, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(Path.of(""));
  }

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isRegularFile(binary()), "pgbouncer is missing: apt install pgbouncer");
    for (String tenant : List.of("bouncer_a", "bouncer_b")) {
      DATABASE.admin(
          "DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s; CREATE TABLE %1$s.t AS SELECT '%1$s' name"
              .formatted(tenant));
    }
    int port = freePort();
    bouncer = launch(port);
    Awaitility.await().until(() -> listens(port));
    proxy = WireProxy.to(port);
    manager =
        DATABASE.manager(
            "bouncer_a",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "POSTGRES_POOLER", "pgbouncer",
                "POOL_SIZE", "2"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static Process launch(int port) throws IOException {
    Path folder =
        Files.createTempDirectory(
            "bouncer",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path configuration = folder.resolve("pgbouncer.ini");
    Files.writeString(
        configuration,
        """
        [databases]
        postgres = host=127.0.0.1 port=%d user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 1
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(DATABASE.server().port(), port));
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

  @AfterEach
  void stop() {
    if (manager != null) {
      TestDatabase.end(manager);
      proxy.close();
    }
    if (bouncer != null) {
      bouncer.destroyForcibly();
    }
  }

  private String tenantSeen(SessionOptions options, String tenant) {
    return manager
        .inSession(
            options.in(new Schema(tenant)),
            s -> s.query("SELECT name FROM t", row -> row.get(0, String.class)).single())
        .as(TestDatabase::await);
  }

  @Test
  void givesEachTenantItsOwnRowsInTurn() {
    for (int i = 0; i < 50; i++) {
      for (String tenant : List.of("bouncer_a", "bouncer_b")) {
        assertThat(tenantSeen(SessionOptions.standard(), tenant)).isEqualTo(tenant);
        assertThat(tenantSeen(SessionOptions.standard().readOnly(), tenant)).isEqualTo(tenant);
        assertThat(tenantSeen(SessionOptions.standard().snapshot(), tenant)).isEqualTo(tenant);
      }
    }
  }

  @Test
  void sendsNothingThatPinsAConnection() {
    tenantSeen(SessionOptions.standard(), "bouncer_a");
    tenantSeen(SessionOptions.standard().readOnly(), "bouncer_b");
    List<String> texts = proxy.messages().stream().map(FrontendMessage::text).toList();
    assertThat(texts.get(0)).doesNotContain("search_path", "timeout", "read_only", "options");
    assertThat(texts)
        .noneMatch(text -> text.contains("DISCARD") || text.contains("RESET"))
        .noneMatch(text -> text.matches("(?s).*\\bSET (?!LOCAL).*"));
  }
}

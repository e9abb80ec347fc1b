package dev.warmpool.session.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals of a real PgBouncer, whose words the rules for poolers look for. */
class PgBouncerRefusalsIT {

  private static final String TOLERANT = "ignore_startup_parameters = extra_float_digits";

  private Process bouncer;
  private int port;

  private static Path binary() {
    return Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
        .flatMap(Stream::of)
        .map(folder -> Path.of(folder, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(Path.of(""));
  }

  private void start(String more) throws IOException {
    assumeTrue(Files.isRegularFile(binary()), "pgbouncer is missing: apt install pgbouncer");
    port = NetworkCauses.freePort();
    Path folder =
        Files.createTempDirectory(
            "bouncer",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Path configuration = folder.resolve("pgbouncer.ini");
    Path users = Files.writeString(folder.resolve("users"), "\"app\" \"\"\n");
    Files.writeString(
        configuration,
        """
        [databases]
        postgres = host=127.0.0.1 port=%1$d user=postgres
        broken = host=127.0.0.1 port=%1$d dbname=postgres user=no_such_role
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %2$d
        unix_socket_dir =
        auth_type = trust
        auth_file = %4$s
        pool_mode = transaction
        %3$s
        """
            .formatted(PostgresServer.shared().port(), port, more, users));
    boolean root = System.getProperty("user.name").equals("root");
    List<String> command =
        root
            ? List.of(binary().toString(), "-u", "nobody", configuration.toString())
            : List.of(binary().toString(), configuration.toString());
    bouncer =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Awaitility.await().until(this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void stop() {
    if (bouncer != null) {
      bouncer.destroyForcibly();
    }
  }

  private String refusal(String pooler, String database, String... more) {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.addAll(List.of("POSTGRES_POOLER", pooler, "POSTGRES_DB", database));
    settings.addAll(List.of("POSTGRES_PORT", Integer.toString(port)));
    return Cause.message(settings.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"none", "pgbouncer"})
  void namesBothSettingsForAnUnknownStartupParameterAtOnce(String pooler) throws IOException {
    start("");

    assertThat(refusal(pooler, "postgres"))
        .startsWith("cannot connect: 08P01 unsupported startup parameter: ")
        .endsWith(
            ": for PgBouncer set POSTGRES_POOLER to pgbouncer and, in its configuration,"
                + " ignore_startup_parameters = extra_float_digits");
  }

  @Test
  void reportsAnUnknownDatabaseAtOnce() throws IOException {
    start(TOLERANT);

    assertThat(refusal("pgbouncer", "nowhere"))
        .matches("cannot connect: (08P01|3D000) no such database: nowhere: check POSTGRES_DB.*");
  }

  @Test
  void reportsAnUnknownRoleAtOnce() throws IOException {
    start(TOLERANT);

    assertThat(refusal("pgbouncer", "postgres", "POSTGRES_USER", "nobody"))
        .matches("cannot connect: (08P01|28P01|28000) .*: check POSTGRES_USER.*");
  }

  @Test
  void reportsWhyPgBouncerCannotLogInToItsServer() throws IOException {
    start(TOLERANT);

    assertThat(refusal("pgbouncer", "broken"))
        .isEqualTo(
            "cannot connect: 08P01 role \"no_such_role\" does not exist: check how PgBouncer logs in"
                + " to its server");
  }
}

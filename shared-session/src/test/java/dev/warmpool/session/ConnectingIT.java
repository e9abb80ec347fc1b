package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.TlsServer;
import dev.warmpool.session.testkit.WireProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Counts the round trips of a new connection with TLS, behind that of TCP. */
class ConnectingIT {

  private static final String SECRET = "secret";

  @TempDir private static Path folder;
  private static PostgresServer server;

  /** An RDS IAM token is sent as a password, behind TLS. */
  @BeforeAll
  static void startServer() throws Exception {
    Path access = folder.resolve("access.conf");
    Files.writeString(
        access,
        "host all postgres 127.0.0.1/32 trust\n"
            + "hostssl all by_password 127.0.0.1/32 password\n"
            + "hostssl all by_scram 127.0.0.1/32 scram-sha-256\n");
    server = TlsServer.in(folder, "server", "ip:127.0.0.1", Map.of("hba_file", access.toString()));
    server.execute(
        "CREATE ROLE by_password LOGIN PASSWORD '%1$s'; CREATE ROLE by_scram LOGIN PASSWORD '%1$s'"
            .formatted(SECRET));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  /**
   * The protocol's are the request for TLS, its handshake, the start-up and what the authentication
   * needs. One more is the driver's question for the isolation level, one the first statement, with
   * the session's opening.
   */
  @ParameterizedTest
  @CsvSource({"by_password, 4", "by_scram, 5"})
  void takesTwoRoundTripsMoreThanTheProtocolAndNoMoreThanPgjdbc(String role, int protocol) {
    try (WireProxy proxy = WireProxy.to(server.port())) {
      int ours = proxy.roundTripsOf(() -> readOnce(proxy.port(), role));
      int others = proxy.roundTripsOf(() -> readByPgjdbc(proxy.port(), role));

      assertThat(ours).isEqualTo(protocol + 2).isLessThanOrEqualTo(others);
    }
  }

  private static void readOnce(int port, String role) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POSTGRES_PORT", Integer.toString(port));
    environment.put("POSTGRES_USER", role);
    environment.put("POSTGRES_SSL_MODE", "verify-full");
    environment.put("POSTGRES_SSL_ROOT_CERT", folder.resolve("server.crt").toString());
    SessionManager manager =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed(SECRET));
    Mono<Long> read =
        manager.inSession(SessionOptions.standard().readOnly(), s -> s.execute("SELECT 1"));
    TestDatabase.await(read);
    TestDatabase.end(manager);
  }

  private static void readByPgjdbc(int port, String role) {
    String url =
        "jdbc:postgresql://127.0.0.1:%d/postgres?sslmode=verify-full&sslrootcert=%s&gssEncMode=disable"
            .formatted(port, folder.resolve("server.crt"));
    try (Connection connection = DriverManager.getConnection(url, role, SECRET);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A server that requires a password of the roles {@code app} and {@code app_clone}, behind a proxy
 * that counts logins.
 */
final class LoginServer implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(20);

  private final PostgresServer server;
  private WireProxy proxy;

  /**
   * @param folder for the server's configuration
   */
  LoginServer(Path folder) throws IOException {
    Path hba = folder.resolve("pg_hba.conf");
    Files.writeString(hba, "host all app,app_clone all scram-sha-256\nhost all all all trust\n");
    server = PostgresServer.with(Map.of("hba_file", hba.toString()));
    server.execute("CREATE ROLE app LOGIN; CREATE ROLE app_clone LOGIN");
    proxy = WireProxy.to(server.port());
  }

  /** Sets the password of the role {@code app}. */
  void password(String password) {
    password("app", password);
  }

  /** Sets the password of the role {@code app} or {@code app_clone}. */
  void password(String role, String password) {
    server.execute("ALTER ROLE %s PASSWORD '%s'".formatted(role, password));
  }

  /** The settings of a manager for this server, with these changes. */
  SessionSettings settings(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POSTGRES_USER", "app");
    environment.put("POSTGRES_SCHEMA", "public");
    environment.putAll(changes);
    return SessionSettings.from(environment);
  }

  /** Runs one session in a manager of its own; returns the role that it logged in as. */
  static String user(SessionSettings settings, PasswordSource passwords) {
    SessionManager manager = SessionManagers.create(settings, passwords);
    try {
      return manager
          .inSession(
              SessionOptions.standard(),
              s -> s.query("SELECT current_user::text", row -> row.get(0, String.class)).single())
          .block(LIMIT);
    } finally {
      assertThat(manager.stats().acquired()).isZero();
      manager.close(LIMIT).block(LIMIT);
    }
  }

  /** The number of login attempts since the last {@link #forget()}. */
  long logins() {
    return proxy.messages().stream().filter(message -> message.kind() == '*').count();
  }

  /** Waits until clients have closed every connection. */
  void assertNoSocketIsLeft() {
    await().untilAsserted(() -> assertThat(proxy.openClients()).isZero());
  }

  /** Resets the count of login attempts. */
  void forget() {
    proxy.forget();
  }

  @Override
  public void close() {
    proxy.close();
    server.close();
  }
}

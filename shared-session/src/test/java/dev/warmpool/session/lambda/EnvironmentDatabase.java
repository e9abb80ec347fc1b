package dev.warmpool.session.lambda;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.util.HashMap;
import java.util.Map;

/** The server and the settings of an execution environment's manager. */
final class EnvironmentDatabase {

  private final PostgresServer server = PostgresServer.shared();

  SessionSettings settings(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.putAll(changes);
    return SessionSettings.from(environment);
  }

  SessionManager manager() {
    return manager(Map.of());
  }

  SessionManager manager(Map<String, String> changes) {
    return SessionManagers.create(settings(changes), PasswordSource.fixed("postgres"));
  }

  PostgresServer server() {
    return server;
  }
}

package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The roles that docs/database-roles.sql makes: one migrates, the other one works in rows alone.
 */
class DatabaseRolesIT {

  private static final String SCHEMA = "shop";

  private static PostgresServer server;

  @BeforeAll
  static void makeRoles() throws IOException {
    server = PostgresServer.with(Map.of());
    String roles = sql();
    server.execute(roles);
    server.execute(roles);
    String event = "{\"schemas\":[\"" + SCHEMA + "\"]}";
    assertThat(Api.report(as("warmpool_migrate"), event)).contains("\"complete\":true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String sql() throws IOException {
    return Files.readString(Path.of("../docs/database-roles.sql"));
  }

  private static Map<String, String> as(String role) {
    Map<String, String> variables = new HashMap<>(server.environment());
    variables.put("POSTGRES_USER", role);
    variables.put("POSTGRES_SCHEMA", SCHEMA);
    return variables;
  }

  @Test
  void theFunctionsReadAndWriteRows() {
    try (Api api = Api.with(as("warmpool"))) {
      Event create = Event.of("POST /users").body(Event.user("one@example.org", "One"));
      assertThat(api.send(create).status()).isEqualTo(201);
      assertThat(api.send(Event.of("GET /users")).json().path("items")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE SCHEMA more",
        "CREATE TABLE more (i int)",
        "CREATE TABLE public.more (i int)",
        "CREATE TEMPORARY TABLE more (i int)",
        "CREATE INDEX ON users (name)",
        "ALTER TABLE users ADD COLUMN more int",
        "TRUNCATE users",
        "DROP TABLE users",
        "SET ROLE warmpool_migrate"
      })
  void theFunctionsAreRefused(String statement) {
    try (Api api = StrayRoute.with(as("warmpool"))) {
      assertThat(api.send(StrayRoute.event(statement + ";SELECT 'done'")).status()).isEqualTo(500);
      assertThat(api.send(StrayRoute.event("SELECT 'done'")).status()).isEqualTo(200);
    }
  }
}

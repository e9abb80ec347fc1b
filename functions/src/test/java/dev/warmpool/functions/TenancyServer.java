package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A server that the SQL in docs/tenants.md has set up: the tenants {@code tenant_a} and {@code
 * tenant_b} with a schema and a role each, and the schema {@code app} that both share. It ends with
 * the JVM.
 */
final class TenancyServer {

  /** A login role that inherits the rights of both tenants: what most set-ups have. */
  static final String INHERITING = "warmpool_inherits";

  static final Path PAGE = Path.of("../docs/tenants.md");

  private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

  private static PostgresServer server;

  private TenancyServer() {}

  static synchronized PostgresServer server() {
    if (server == null) {
      server = PostgresServer.with(Map.of("max_connections", "200"));
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-tenancy"));
      migrate("tenant_a", "tenant_b", "app");
      blocks().forEach(server::execute);
      server.execute(
          "CREATE ROLE "
              + INHERITING
              + " LOGIN; GRANT warmpool_api, tenant_a, tenant_b TO "
              + INHERITING);
    }
    return server;
  }

  /** Migrates schemas on this server. */
  static void migrate(String... schemas) {
    String event = "{\"schemas\":[\"" + String.join("\",\"", schemas) + "\"]}";
    assertThat(Api.report(server.environment(), event)).contains("\"complete\":true");
  }

  /** The page's SQL. */
  static List<String> blocks() {
    return SQL.matcher(page()).results().map(block -> block.group(1)).toList();
  }

  static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The variables of a function that connects as this role and has tenants by their tokens. */
  static Map<String, String> variables(String login, String binding) {
    Map<String, String> variables = new HashMap<>(server().environment());
    variables.put("POSTGRES_USER", login);
    variables.put("POSTGRES_SCHEMA", "app");
    variables.put("TENANT_SOURCE", "jwt:tenant");
    variables.put("TENANT_BINDING", binding);
    return variables;
  }

  /** Deletes all users and gives each tenant one, with the tenant's name. */
  static void oneUserEach() {
    server()
        .execute(
            "TRUNCATE tenant_a.users, tenant_b.users, app.users, tenant_a.idempotency_keys,"
                + " tenant_b.idempotency_keys, app.idempotency_keys RESTART IDENTITY;"
                + "INSERT INTO tenant_a.users (email, name) VALUES ('one@example.org', 'tenant_a');"
                + "INSERT INTO tenant_b.users (email, name) VALUES ('one@example.org', 'tenant_b');"
                + "INSERT INTO app.users (email, name, tenant) VALUES"
                + " ('one@example.org', 'tenant_a', 'tenant_a'),"
                + " ('one@example.org', 'tenant_b', 'tenant_b')");
  }
}

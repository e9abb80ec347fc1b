package dev.warmpool.session.guide;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The schema of the guides' snippets, with the tables that docs/sessions.md shows. */
final class Shop implements AutoCloseable {

  static final PostgresServer SERVER = PostgresServer.shared();

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Path PAGE = Path.of("..", "docs", "sessions.md");

  private final SessionManager manager =
      SessionManagers.create(SessionSettings.from(environment()), PasswordSource.fixed("postgres"));

  /** Makes the schema anew. */
  Shop() throws IOException {
    String tables = Snippets.of(PAGE, "sql").get(0);
    SERVER.execute(
        "DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop; SET search_path TO shop;"
            + tables);
    SERVER.execute(
        "INSERT INTO shop.orders (customer, item) VALUES ('Grace', 'tea'), ('Grace', 'cup');"
            + "INSERT INTO shop.stock VALUES ('tea', 1)");
  }

  static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(SERVER.environment());
    environment.put("POSTGRES_SCHEMA", "shop");
    environment.put("POOL_TIMEOUT", "20");
    return environment;
  }

  SessionManager manager() {
    return manager;
  }

  <T> T await(Mono<T> result) {
    return manager.await(result, LIMIT);
  }

  /** The first column of a superuser's query. */
  static List<String> column(String sql) {
    return SERVER.column(sql);
  }

  @Override
  public void close() {
    manager.await(manager.close(LIMIT), LIMIT);
  }
}

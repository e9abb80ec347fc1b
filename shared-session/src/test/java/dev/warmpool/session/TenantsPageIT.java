package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The section on tenants of docs/sessions.md: its SQL is run, its Java is a part of this class. */
class TenantsPageIT {

  private static final Path PAGE = Path.of("..", "docs", "sessions.md");
  private static final Path SELF =
      Path.of("src/test/java", TenantsPageIT.class.getName().replace('.', '/') + ".java");

  private final Deadline deadline = Deadline.after(TestDatabase.BOUND);

  /** A server of its own, since the page's roles have common names. */
  private final TestDatabase database = new TestDatabase(PostgresServer.with(Map.of()));

  private SessionManager manager;

  private static List<String> blocks(String language) throws IOException {
    String section = Files.readString(PAGE).split("\n## ")[2];
    assertThat(section).startsWith("Tenants");
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(section)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  @BeforeEach
  void start() throws IOException {
    List<String> sql = blocks("sql");
    assertThat(sql).hasSize(2);
    sql.forEach(database::admin);
    for (String tenant : List.of("tenant_a", "tenant_b")) {
      database.admin(
          "SET ROLE %1$s; CREATE TABLE %1$s.orders AS SELECT '%1$s' AS item".formatted(tenant));
    }
    database.admin("INSERT INTO common.orders VALUES ('a', 'of a'), ('b', 'of b')");
    manager = database.manager("public", Map.of("POSTGRES_USER", "app"));
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
    database.server().close();
  }

  private @Nullable List<String> items(SessionOptions options, String sql) {
    return manager
        .inSession(options, s -> s.query(sql, row -> row.get(0, String.class)).collectList())
        .as(TestDatabase::await);
  }

  private SessionOptions byRole() {
    SessionOptions options =
        SessionOptions.until(deadline).in(new Schema("tenant_a")).as("tenant_a");
    return options;
  }

  private SessionOptions byRow() {
    SessionOptions options =
        SessionOptions.until(deadline)
            .in(new Schema("common"))
            .as("reader")
            .with("app.tenant", "a");
    return options;
  }

  @Test
  void isTrue() {
    assertThat(items(byRole(), "SELECT item FROM orders")).containsExactly("tenant_a");
    for (String before : List.of("", "SET LOCAL search_path TO tenant_b;", "RESET ROLE;")) {
      assertThatThrownBy(() -> items(byRole(), before + "SELECT item FROM tenant_b.orders"))
          .isInstanceOfSatisfying(
              R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("42501"));
    }
    assertThat(items(byRow(), "SELECT item FROM orders")).containsExactly("of a");
    assertThat(items(byRole(), "RESET ROLE; SET ROLE tenant_b; SELECT item FROM tenant_b.orders"))
        .containsExactly("tenant_b");
    assertThat(items(byRow(), "SET app.tenant TO 'b'; SELECT item FROM orders"))
        .containsExactly("of b");
  }

  @Test
  void showsCodeThatIsTested() throws IOException {
    String self = plain(Files.readString(SELF));
    List<String> snippets = blocks("java");

    assertThat(snippets).hasSize(2);
    assertThat(snippets.stream().map(TenantsPageIT::plain)).allMatch(self::contains);
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  @Test
  void givesTheGrantOfLaterVersions() throws IOException {
    String grant = "GRANT tenant_a, tenant_b TO app WITH INHERIT FALSE, SET TRUE";
    assertThat(Files.readString(PAGE)).contains("`" + grant + "`");

    database.admin(grant);

    assertThat(Stream.of("tenant_a", "tenant_b"))
        .allSatisfy(
            role ->
                assertThat(database.column("SELECT pg_has_role('app', '" + role + "', 'USAGE')"))
                    .containsExactly("f"));
  }
}

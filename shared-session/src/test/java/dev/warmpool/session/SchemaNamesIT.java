package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs sessions in schemas with every kind of name that PostgreSQL accepts. */
class SchemaNamesIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "CamelCase",
        "with space",
        "select",
        "user",
        "a\"b",
        "a'b",
        "a\\b",
        "a\\'; DROP SCHEMA plain; --",
        "a\"; DROP SCHEMA public CASCADE; --",
        "a, public",
        "$userx",
        "tab\tnew\nline",
        "ünïcödé_日本_🐘",
        "a23456789b23456789c23456789d23456789e23456789f23456789g23456789"
      })
  void runsInTheSchemaOfThisName(String name) {
    Schema schema = new Schema(name);
    DATABASE.admin("DROP SCHEMA IF EXISTS " + schema.quoted() + " CASCADE");
    DATABASE.admin("CREATE SCHEMA " + schema.quoted());
    DATABASE.admin("CREATE TABLE " + schema.quoted() + ".here (id int)");
    SessionManager manager = DATABASE.manager("public", Map.of());
    try {
      for (SessionOptions options :
          new SessionOptions[] {
            SessionOptions.standard(),
            SessionOptions.standard().readOnly(),
            SessionOptions.standard().snapshot()
          }) {
        String found =
            manager
                .inSession(
                    options.in(schema),
                    s ->
                        s.query(
                                "SELECT current_schema()::text, count(*) FROM here",
                                row -> row.get(0, String.class))
                            .single())
                .block(BOUND);
        assertThat(found).isEqualTo(name);
      }
    } finally {
      TestDatabase.end(manager);
      DATABASE.admin("DROP SCHEMA " + schema.quoted() + " CASCADE");
    }
  }
}

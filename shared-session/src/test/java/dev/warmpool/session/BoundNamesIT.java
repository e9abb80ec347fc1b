package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.FakeRdsProxy;
import dev.warmpool.session.testkit.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of roles and values of settings that would break out of their quotes. */
class BoundNamesIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String LOGIN = "hostile_login";

  private static final List<SessionOptions> KINDS =
      List.of(
          SessionOptions.standard(),
          SessionOptions.standard().readOnly(),
          SessionOptions.standard().snapshot());

  static Stream<String> hostile() {
    return Stream.of(
        "'",
        "''",
        "\"",
        "\"\"",
        "\\",
        "\\'",
        "\\\\'",
        "'; RESET ROLE; --",
        "\\'; RESET ROLE; --",
        "\"; RESET ROLE; --",
        "',true); RESET ROLE; --",
        "x',false) IS NULL OR set_config('role','none",
        "$$; RESET ROLE; $$",
        "E'\\x27'",
        "U&'\\0027'",
        "/*",
        "--",
        "a\nb\r\tc",
        "$1",
        "none ",
        "Ünï 日本 🐘",
        "%s ?");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void areTakenAsTheyAre(String text) {
    for (String strings : new String[] {"on", "off"}) {
      prepare(text, strings);
      assertTaken(text, Map.of());
      try (FakeRdsProxy proxy = FakeRdsProxy.to(DATABASE.server().port(), 1)) {
        String port = Integer.toString(proxy.port());
        assertTaken(text, Map.of("POSTGRES_PORT", port, "POSTGRES_POOLER", "rds-proxy"));
      }
    }
    DATABASE.admin("DROP ROLE " + new Schema(text).quoted());
  }

  private static void prepare(String role, String strings) {
    String quoted = new Schema(role).quoted();
    DATABASE.admin(
        "DROP ROLE IF EXISTS "
            + LOGIN
            + "; CREATE ROLE "
            + LOGIN
            + " LOGIN NOINHERIT;"
            + "ALTER ROLE "
            + LOGIN
            + " SET standard_conforming_strings = "
            + strings
            + ";"
            + "ALTER ROLE "
            + LOGIN
            + " SET escape_string_warning = off");
    DATABASE.admin("DROP ROLE IF EXISTS " + quoted);
    DATABASE.admin("CREATE ROLE " + quoted + "; GRANT " + quoted + " TO " + LOGIN);
  }

  private static void assertTaken(String text, Map<String, String> changes) {
    Map<String, String> settings = new java.util.HashMap<>(changes);
    settings.put("POSTGRES_USER", LOGIN);
    SessionManager manager = DATABASE.manager("public", settings);
    try {
      for (SessionOptions kind : KINDS) {
        String found =
            manager
                .inSession(
                    kind.as(text).with("hostile.value", text).with("hostile.user", "kept"),
                    s ->
                        s.query(
                                "SELECT current_user::text, current_setting('hostile.value'),"
                                    + " current_setting('hostile.user')",
                                row -> row.get(0, String.class) + row.get(1) + row.get(2))
                            .single())
                .as(TestDatabase::await);
        assertThat(found).isEqualTo(text + text + "kept");
      }
    } finally {
      TestDatabase.end(manager);
    }
  }
}

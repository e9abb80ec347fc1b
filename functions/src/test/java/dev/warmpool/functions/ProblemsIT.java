package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Maps database errors to statuses, without revealing the cause to the caller. */
class ProblemsIT {

  private static Api api;

  @BeforeAll
  static void start() {
    Api.migrate("problems");
    Api.admin(
        "CREATE FUNCTION problems.fail() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN RAISE EXCEPTION ''a secret of the database'' USING ERRCODE = NEW.name; END';"
            + "CREATE TRIGGER fail BEFORE INSERT ON problems.users"
            + " FOR EACH ROW EXECUTE FUNCTION problems.fail()");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "problems"));
  }

  @AfterEach
  void everyInsertFails() {
    Api.admin("TRUNCATE problems.users; ALTER TABLE problems.users ENABLE TRIGGER fail");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "23505, 409",
    "23503, 409",
    "40001, 409",
    "40P01, 409",
    "53300, 503",
    "57P03, 503",
    "22P02, 500",
    "23514, 500",
    "XX000, 500"
  })
  void mapsTheSqlStateToAStatus(String state, int status) {
    Api.Answer answer = api.send(Event.of("POST /users").body(Event.user("a@example.org", state)));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).doesNotContain("secret").doesNotContain(state);
    assertThat(answer.json().path("instance").asText()).isEqualTo("request-1");
    assertThat(answer.headers().containsKey("retry-after")).isEqualTo(status == 503);
    assertThat(api.send(Event.of("GET /users")).status()).isEqualTo(200);
  }

  @Test
  void logsWhyTheDatabaseIsUnavailableForTheHealthCheck() {
    String log =
        logOf(
            Map.of("POSTGRES_SCHEMA", "problems", "POSTGRES_DB", "nowhere"),
            Event.of("GET /health"),
            503);

    assertThat(log)
        .contains("request-1: ")
        .contains("cannot connect: 3D000 database \"nowhere\" does not exist");
  }

  @Test
  void reportsAnUnknownSchemaOfExtensionsAsAnErrorOfTheFunction() {
    Map<String, String> settings =
        Map.of("POSTGRES_SCHEMA", "problems", "POSTGRES_EXTENSION_SCHEMA", "nowhere");

    assertThat(logOf(settings, Event.of("GET /users"), 500))
        .contains("POSTGRES_EXTENSION_SCHEMA is 'nowhere': the database has no such schema");
    assertThatThrownBy(() -> Api.report(settings, "{\"schemas\":[\"problems\"]}"))
        .hasMessageContaining(
            "POSTGRES_EXTENSION_SCHEMA is 'nowhere': the database has no such schema")
        .hasMessageNotContaining("information_schema");
  }

  /** The response has the status and not the cause; the cause is in the log. */
  private static String logOf(Map<String, String> settings, Event event, int status) {
    PrintStream out = System.out;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (Api broken = Api.with(settings)) {
      Api.Answer answer = broken.send(event);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.body()).doesNotContain("nowhere");
    } finally {
      System.setOut(out);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void listsTheFaultsOfAllPartsInOneResponse() {
    Api.Answer answer =
        api.send(
            Event.of("PATCH /users/{id}")
                .with("path", "id", "0")
                .with("query", "x", "1")
                .header("if-match", "1")
                .body("{\"email\":1}"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("The request has 4 faults, see errors.");
    assertThat(answer.json().path("errors").findValuesAsText("in"))
        .containsExactly("path", "header", "query", "body");
    assertThat(answer.json().path("errors").findValuesAsText("pointer"))
        .containsExactly("/id", "/If-Match", "/x", "/email");
  }

  /** The row of another user, or a text of the database, would tell its caller about others. */
  @Test
  void quotesNothing() {
    Api.admin("ALTER TABLE problems.users DISABLE TRIGGER fail");
    String taken = Event.user("QUOTED@example.org", "QUOTED");
    assertThat(api.send(Event.of("POST /users").body(taken)).status()).isEqualTo(201);
    Event[] refused = {
      Event.of("POST /users").body(taken),
      Event.of("POST /users").body("{\"email\":\"QUOTED\",\"name\":[\"QUOTED\"]}"),
      Event.of("POST /users").body("{\"email\": QUOTED}"),
      Event.of("POST /users").body(taken).header("content-type", "QUOTED/json"),
      Event.of("POST /users").body(taken).header("idempotency-key", "QUOTED QUOTED"),
      Event.of("GET /users").with("query", "limit", "QUOTED").with("query", "after", "QUOTED"),
      Event.of("GET /QUOTED")
    };
    for (Event event : refused) {
      Api.Answer answer = api.send(event);
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.body()).doesNotContain("QUOTED");
    }
  }

  /** A snapshot is kept for longer than a user may be. */
  @Test
  void primingReadsNobodysData() {
    Api.admin("ALTER TABLE problems.users DISABLE TRIGGER fail");
    Api.admin(
        "INSERT INTO problems.users (email, name)"
            + " SELECT 'u' || i || '@example.org', 'U' FROM generate_series(1, 10) i");
    byte[] event = ApiHandler.PRIMING_EVENT.getBytes(StandardCharsets.UTF_8);
    Api.Answer answer = api.send(event, "GET /users/{id}", new FakeContext(20_000));
    assertThat(answer.status()).isEqualTo(404);
  }

  @Test
  void stopsAtAHundredFaults() {
    String ids = "0,".repeat(999) + "0";
    String body = "{\"ids\":[" + ids + "],\"more\":1}";
    Api.Answer answer = api.send(Event.of("POST /users/clear").body(body));
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("The request has 100 faults or more, see errors.");
    assertThat(answer.json().path("errors")).hasSize(100);
  }
}

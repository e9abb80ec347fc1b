package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.users.ClearUsersHandler;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user who is deleted for good leaves nothing in the database, also not in stored responses. */
class ErasureIT {

  private static final String NAME = "Zaphod Quuxington";
  private static final String EMAIL = "zaphod.quuxington@example.org";

  private Api api;

  @BeforeEach
  void start() {
    Api.migrate("erasure");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "erasure"));
    assertThat(api.send(create("a", EMAIL)).status()).isEqualTo(201);
    assertThat(api.send(create("b", "ada@example.org")).status()).isEqualTo(201);
    assertThat(relationsWith(EMAIL)).contains("users", "users_email", "idempotency_keys");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Event create(String key, String email) {
    return Event.of("POST /users").body(Event.user(email, NAME)).header("Idempotency-Key", key);
  }

  private static long id(String email) {
    return Api.number("SELECT id FROM erasure.users WHERE email = '" + email + "'");
  }

  /** Names every table and index of the database whose file contains the text. */
  private static List<String> relationsWith(String text) {
    Api.admin("VACUUM FULL erasure.users");
    Api.admin("VACUUM FULL erasure.idempotency_keys");
    Api.admin("CHECKPOINT");
    try (Connection connection = PostgresServer.shared().admin();
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT relname FROM pg_class WHERE pg_relation_filenode(oid) IS NOT NULL"
                    + " AND position('"
                    + text
                    + "'::bytea IN pg_read_binary_file(pg_relation_filepath(oid), true)) > 0")) {
      List<String> names = new ArrayList<>();
      while (found.next()) {
        names.add(found.getString(1));
      }
      return names;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(RequestStreamHandler handler, String event) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        answer,
        new FakeContext(20_000));
    return answer.toString(StandardCharsets.UTF_8);
  }

  private void isErased() {
    assertThat(relationsWith(EMAIL)).isEmpty();
    assertThat(relationsWith("ada@example.org")).contains("users", "idempotency_keys");
    assertThat(api.send(create("b", "ada@example.org")).status()).isEqualTo(201);
  }

  @Test
  void byARequest() {
    String body = "{\"ids\":[" + id(EMAIL) + ",999]}";
    Event clear = Event.of("POST /users/clear").body(body).header("Idempotency-Key", "c");
    Api.Answer answer = api.send(clear);
    assertThat(answer.json().path("cleared").asInt()).isEqualTo(1);
    isErased();
    assertThat(api.send(clear)).isEqualTo(answer);
  }

  @Test
  void byADirectInvocation() throws IOException {
    String event = "{\"ids\":[" + id(EMAIL) + "]}";
    assertThat(run(new ClearUsersHandler(api::sessions, Map.of()), event))
        .isEqualTo("{\"cleared\":1}");
    isErased();
  }

  @Test
  void byTheScheduledJob() throws IOException {
    Api.admin(
        "UPDATE erasure.users SET deleted_at = now() - interval '2 days' WHERE id = " + id(EMAIL));
    assertThat(
            run(
                new CleanupHandler(api::sessions, Map.of()),
                "{\"detail\":{\"retention\":\"P1D\"}}"))
        .contains("\"deleted\":1");
    isErased();
  }

  /** The request was executed: to execute it again would create the user again. */
  @Test
  void leavesTheKeyUsed() {
    api.send(Event.of("POST /users/clear").body("{\"ids\":[" + id(EMAIL) + "]}"));
    Api.Answer again = api.send(create("a", EMAIL));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.json().path("detail").asText())
        .isEqualTo("The result of this Idempotency-Key was deleted permanently: use a new key.");
    assertThat(Api.number("SELECT count(*) FROM erasure.users")).isEqualTo(1);
  }
}

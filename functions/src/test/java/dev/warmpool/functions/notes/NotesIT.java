package dev.warmpool.functions.notes;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.Api;
import dev.warmpool.functions.Event;
import dev.warmpool.functions.http.Contract;
import dev.warmpool.functions.http.HttpEntry;
import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Route;
import dev.warmpool.functions.http.Tenants;
import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The resource of the guide: its routes, its contract, and middleware in its transaction. */
class NotesIT {

  private static final String CONTRACT = "/notes-openapi.json";

  private Api api;

  @BeforeEach
  void start() {
    Api.admin(
        "DROP SCHEMA IF EXISTS notes CASCADE; CREATE SCHEMA notes;"
            + "CREATE TABLE notes.notes (id bigint GENERATED ALWAYS AS IDENTITY, text text UNIQUE"
            + " DEFERRABLE INITIALLY DEFERRED);"
            + "CREATE TABLE notes.audit (route text, status int CHECK (status < 300), request text)");
    api =
        Api.of(
            NotesIT::handler, ContractAnswers.read(CONTRACT), Map.of("POSTGRES_SCHEMA", "notes"));
  }

  private static RequestStreamHandler handler(
      Supplier<SessionManager> sessions, Map<String, String> environment) {
    Map<String, Route> routes = new HashMap<>(NoteRoutes.all());
    routes.put("PUT /notes", Route.writing(NotesIT::large));
    HttpEntry entry =
        new HttpEntry(routes, Contract.of(CONTRACT), Tenants.from(environment, sessions), sessions)
            .with(new AuditTrail());
    return entry::handle;
  }

  /** Inserts a row, then returns a response that its correlation id brings above Lambda's limit. */
  private static Mono<HttpResponse> large(HttpRequest request, Session session) {
    return session
        .execute("INSERT INTO notes (text) VALUES ('large')")
        .thenReturn(HttpResponse.typed(200, "text/plain", "x".repeat((6 << 20) - 94)));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Event create(String text) {
    return Event.of("POST /notes").body("{\"text\":\"" + text + "\"}");
  }

  private static long rows(String table) {
    return Api.number("SELECT count(*) FROM notes." + table);
  }

  @Test
  void createsAndReads() {
    assertThat(api.send(create("Milk")).body()).isEqualTo("{\"id\":1,\"text\":\"Milk\"}");
    assertThat(api.send(Event.of("GET /notes/{id}").id(1)).body()).contains("Milk");
    assertThat(api.send(Event.of("GET /notes/{id}").id(2)).status()).isEqualTo(404);
  }

  @Test
  void validatesRequestsAgainstItsContract() {
    assertThat(api.send(create("x".repeat(101))).status()).isEqualTo(422);
    assertThat(api.send(Event.of("GET /notes/{id}").with("path", "id", "x")).json().path("errors"))
        .hasToString(
            "[{\"in\":\"path\",\"pointer\":\"/id\",\"message\":\"must be a whole number\"}]");
    assertThat(rows("audit")).isZero();
  }

  @Test
  void rollsBackIfTheResponseIsTooLargeAndServesTheNextRequest() {
    Api.Answer answer = api.send(Event.of("PUT /notes"));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("The response exceeds the 6 MB that Lambda accepts.");
    assertThat(rows("notes")).isZero();
    assertThat(api.send(create("Milk")).status()).isEqualTo(201);
  }

  @Test
  void commitsTheAuditRowWithTheWork() {
    api.send(create("Milk"));
    assertThat(Api.number("SELECT count(*) FROM notes.audit WHERE status = 201")).isEqualTo(1);
  }

  /** The unique constraint is deferred, so that COMMIT fails after both rows were inserted. */
  @Test
  void rollsBothRowsBackIfTheCommitFails() {
    api.send(create("Milk"));
    assertThat(api.send(create("Milk")).status()).isEqualTo(409);
    assertThat(rows("notes")).isEqualTo(1);
    assertThat(rows("audit")).isEqualTo(1);
  }

  @Test
  void rollsTheWorkBackIfTheAuditRowIsRefused() {
    Api.admin("ALTER TABLE notes.audit ADD CHECK (status < 200)");
    assertThat(api.send(create("Milk")).status()).isEqualTo(500);
    assertThat(rows("notes")).isZero();
  }
}

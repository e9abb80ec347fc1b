package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests that pass their deadline, one for each way in which their session can end: the process
 * answers 504 before Lambda would kill it, and goes on.
 */
@Tag("alone")
@EnabledOnOs(value = OS.LINUX, disabledReason = "a server process is stopped by SIGSTOP")
class LateRequestsIT {

  private static final Path TABLE =
      Path.of("../functions/src/main/resources/db/migration/V1__users.sql");

  private static final String INSERTING =
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND application_name = 'warmpool'"
          + " AND query LIKE 'INSERT INTO users%'";

  private static PostgresServer server;
  private static WireProxy proxy;
  private static SessionStack stack;
  private static Http http;

  /** The way in which the session of a late request ends, by the trigger that makes it late. */
  enum Way {
    /** The time-out of the server strikes. */
    ANSWERED("BEFORE INSERT", "PERFORM pg_sleep(60);"),
    /** The statement survives the time-out of the server, and is cancelled. */
    CANCELLED(
        "BEFORE INSERT",
        "BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(60); END;"),
    /** The server does not answer any more. */
    SILENT("BEFORE INSERT", "PERFORM pg_sleep(60);"),
    /** ROLLBACK is not answered. */
    ROLLED_BACK_LATE("BEFORE INSERT", "PERFORM pg_sleep(60);"),
    /** COMMIT takes longer. */
    COMMITTING("DEFERRED", "PERFORM pg_sleep(60);");

    private final String when;
    private final String body;

    Way(String when, String body) {
      this.when = when;
      this.body = body;
    }

    /** On a busy machine the cancel of a COMMIT has no answer in time: its outcome is unknown. */
    Set<Integer> statuses(String body) {
      boolean unknown = this == COMMITTING && body.contains("outcome of the commit is unknown");
      return Set.of(unknown ? 500 : 504);
    }

    String trigger() {
      return "DROP TRIGGER IF EXISTS late ON app.users;"
          + "CREATE OR REPLACE FUNCTION app.late() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
          + body
          + " RETURN NEW; END$$;"
          + (when.equals("DEFERRED")
              ? "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.users DEFERRABLE INITIALLY"
                  + " DEFERRED"
              : "CREATE TRIGGER late " + when + " ON app.users")
          + " FOR EACH ROW EXECUTE FUNCTION app.late()";
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server = PostgresServer.with(Map.of());
    proxy = WireProxy.to(server.port());
    stack = SessionStack.on(server, 1, Map.of("POSTGRES_PORT", Integer.toString(proxy.port())));
    server.execute("SET search_path TO app;" + Files.readString(TABLE));
    http = new Http(stack.stack().httpAddress());
    create("first").join();
  }

  @AfterAll
  static void stop() {
    stack.close();
    proxy.close();
    server.close();
  }

  private static CompletableFuture<HttpResponse<String>> create(String name) {
    return http.sendAsync(
        "POST", "/users", "{\"email\":\"%1$s@example.org\",\"name\":\"%1$s\"}".formatted(name));
  }

  @ParameterizedTest
  @EnumSource
  void areAnsweredBeforeTheProcessIsKilled(Way way) throws IOException {
    List<Long> processes = stack.function("Api").processes();
    server.execute(way.trigger());
    proxy.swallowAnswersTo(
        message -> way == Way.ROLLED_BACK_LATE && message.text().equals("ROLLBACK"));

    CompletableFuture<HttpResponse<String>> request = create(way.name().toLowerCase());
    String stopped = way == Way.SILENT ? stopBackend() : "";
    HttpResponse<String> late = request.join();
    signal("CONT", stopped);

    assertThat(late.statusCode()).as(late.body()).isIn(way.statuses(late.body()));
    assertThat(late.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(stack.function("Api").processes()).isEqualTo(processes);
    assertNothingIsLeft();
  }

  private static String stopBackend() throws IOException {
    Awaitility.await().until(() -> !server.column(INSERTING).isEmpty());
    String pid = server.column(INSERTING).get(0);
    signal("STOP", pid);
    return pid;
  }

  private static void signal(String name, String pid) throws IOException {
    if (!pid.isEmpty()) {
      new ProcessBuilder("kill", "-" + name, pid).start().onExit().join();
    }
  }

  private static void assertNothingIsLeft() {
    proxy.swallowAnswersTo(message -> false);
    server.execute("DROP TRIGGER late ON app.users");
    Awaitility.await()
        .until(() -> server.states().stream().allMatch(state -> state.equals("idle")));
    assertThat(create("next").join().statusCode()).isEqualTo(201);
    assertThat(server.column("SELECT name FROM app.users ORDER BY name"))
        .containsExactly("first", "next");
    server.execute("DELETE FROM app.users WHERE name = 'next'");
  }
}

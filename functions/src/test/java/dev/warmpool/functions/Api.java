package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.schema.MigrateHandler;
import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The HTTP API on the shared PostgreSQL server. Checks every response against the contract before a
 * test sees it. Thread-safe.
 */
public final class Api implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private final SessionManager sessions;
  private final RequestStreamHandler handler;
  private final ContractAnswers contract;

  private Api(SessionManager sessions, RequestStreamHandler handler, ContractAnswers contract) {
    this.sessions = sessions;
    this.handler = handler;
    this.contract = contract;
  }

  /** A response of the API. */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** Returns the body as JSON. */
    public JsonNode json() {
      return parsed(body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Creates a handler from sessions and environment variables. */
  public interface HandlerFactory
      extends BiFunction<Supplier<SessionManager>, Map<String, String>, RequestStreamHandler> {}

  /** Starts the deployed API with these variables in addition to the server's. */
  public static Api with(Map<String, String> variables) {
    return of(ApiHandler::new, ContractAnswers.read(), variables);
  }

  /** Starts another API with its own contract. */
  public static Api of(
      HandlerFactory factory, ContractAnswers contract, Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.putAll(variables);
    Map<String, String> settings = new HashMap<>(environment);
    settings
        .keySet()
        .removeIf(name -> name.equals("TENANT_SOURCE") || name.equals("AWS_SAM_LOCAL"));
    SessionManager sessions =
        SessionManagers.create(SessionSettings.from(settings), PasswordSource.fixed("postgres"));
    return new Api(sessions, factory.apply(() -> sessions, environment), contract);
  }

  /** Creates schemas that are empty, migrated and in the registry. */
  public static void migrate(String... schemas) {
    try (Api api = with(Map.of())) {
      for (String schema : schemas) {
        admin("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
        assertThat(api.migrate("{\"schemas\":[\"" + schema + "\"]}")).contains("\"complete\":true");
      }
    }
  }

  /** Returns the report of {@code Migrate} for this event, with these variables. */
  static String report(Map<String, String> variables, String event) {
    try (Api api = with(variables)) {
      return api.migrate(event);
    }
  }

  private String migrate(String event) {
    byte[] report =
        run(
            new MigrateHandler(() -> sessions, ""),
            event.getBytes(StandardCharsets.UTF_8),
            new FakeContext(20_000));
    return new String(report, StandardCharsets.UTF_8);
  }

  /** Returns the version of the newest migration script. */
  static int newestMigration() {
    try (InputStream index = Api.class.getResourceAsStream("/db/migration/index")) {
      String[] scripts = new String(index.readAllBytes(), StandardCharsets.UTF_8).split("\n");
      String newest = scripts[scripts.length - 1];
      return Integer.parseInt(newest.substring(1, newest.indexOf("__")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs SQL as the server's superuser. */
  public static void admin(String sql) {
    PostgresServer.shared().execute(sql);
  }

  /** Returns the number that a query selects. */
  public static long number(String sql) {
    return PostgresServer.shared().number(sql);
  }

  /** Returns the API's session manager. */
  public SessionManager sessions() {
    return sessions;
  }

  /** Sends an event. */
  public Answer send(Event event) {
    return send(event, new FakeContext(20_000));
  }

  /** Sends an event in an invocation with this context. */
  public Answer send(Event event, Context context) {
    return send(event.bytes(), Event.routeKey(event.json()), context);
  }

  /** Sends bytes; the response is checked against the operation of this route key. */
  public Answer send(byte[] event, String routeKey, Context context) {
    JsonNode payload = parsed(run(handler, event, context));
    Map<String, String> headers = new TreeMap<>();
    payload
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    Answer answer =
        new Answer(payload.path("statusCode").asInt(), headers, payload.path("body").asText());
    List<String> faults = contract.faults(routeKey, answer.status(), headers, answer.body());
    assertThat(faults).as("%s: %s", routeKey, answer).isEmpty();
    return answer;
  }

  private static byte[] run(RequestStreamHandler handler, byte[] event, Context context) {
    try {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      handler.handleRequest(new ByteArrayInputStream(event), answer, context);
      return answer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parsed(byte[] json) {
    try {
      return Json.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails if a session is still running or a connection is still acquired. */
  @Override
  public void close() {
    assertThat(sessions.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(sessions.stats().acquired()).isZero();
    sessions.close(BOUND).block(BOUND);
  }
}

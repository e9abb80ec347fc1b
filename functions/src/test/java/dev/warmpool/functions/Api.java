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
 * The API's handler on a schema of its own at the shared server. Every answer is held to the
 * contract before a test sees it. Thread-safe.
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

  /** An answer of the API. */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** The body. */
    public JsonNode json() {
      return parsed(body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What makes of sessions and an environment a handler. */
  public interface Maker
      extends BiFunction<Supplier<SessionManager>, Map<String, String>, RequestStreamHandler> {}

  /** The deployed API, with these variables besides the server's. */
  public static Api with(Map<String, String> variables) {
    return of(ApiHandler::new, ContractAnswers.read(), variables);
  }

  /** Another API, with a contract of its own. */
  public static Api of(Maker maker, ContractAnswers contract, Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.putAll(variables);
    Map<String, String> settings = new HashMap<>(environment);
    settings
        .keySet()
        .removeIf(name -> name.equals("TENANT_SOURCE") || name.equals("AWS_SAM_LOCAL"));
    SessionManager sessions =
        SessionManagers.create(SessionSettings.from(settings), PasswordSource.fixed("postgres"));
    return new Api(sessions, maker.apply(() -> sessions, environment), contract);
  }

  /** Makes empty schemas, migrated and in the registry. */
  public static void migrate(String... schemas) {
    try (Api api = with(Map.of())) {
      for (String schema : schemas) {
        admin("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
        String event = "{\"schemas\":[\"" + schema + "\"]}";
        byte[] report =
            run(
                new MigrateHandler(() -> api.sessions, ""),
                event.getBytes(StandardCharsets.UTF_8),
                new FakeContext(20_000));
        assertThat(parsed(report).path("complete").asBoolean()).isTrue();
      }
    }
  }

  /** Runs a statement as the server's superuser. */
  public static void admin(String sql) {
    PostgresServer.shared().execute(sql);
  }

  /** What a query for one number gives. */
  public static long number(String sql) {
    return PostgresServer.shared().number(sql);
  }

  /** The sessions that the API runs in. */
  public SessionManager sessions() {
    return sessions;
  }

  /** Sends an event. */
  public Answer send(Event event) {
    return send(event, new FakeContext(20_000));
  }

  /** Sends an event to an invocation. */
  public Answer send(Event event, Context context) {
    return send(event.bytes(), Event.routeKey(event.json()), context);
  }

  /** Sends bytes that are meant to be an event for this route. */
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

  /** Nothing may be left over from what was asked. */
  @Override
  public void close() {
    assertThat(sessions.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(sessions.stats().acquired()).isZero();
    sessions.close(BOUND).block(BOUND);
  }
}

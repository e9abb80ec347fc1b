package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.cleanup.CleanupWorkerHandler;
import dev.warmpool.functions.schema.MigrateHandler;
import dev.warmpool.functions.users.ClearUsersHandler;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The handlers of all functions, on the schema {@code events} of the shared server. Thread-safe.
 */
final class TestFunctions implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(10);

  private final SessionManager sessions;

  TestFunctions() {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_SCHEMA", "events");
    sessions =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  /** Creates the schema with three users; drops every schema that an earlier test created. */
  void resetSchema() throws IOException {
    Api.admin("DROP SCHEMA IF EXISTS events, demo_c, warmpool CASCADE");
    run("Migrate", "{\"schemas\":[\"events\"]}");
    Api.admin(
        "INSERT INTO events.users (email, name) SELECT 'u' || i || '@example.org', 'U' FROM"
            + " generate_series(1, 3) i");
  }

  /** Sends an event to a function, named as in template.yaml, and returns its response. */
  String run(String function, String event) throws IOException {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    handler(function)
        .handleRequest(
            new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
            response,
            new FakeContext(10_000));
    return response.toString(StandardCharsets.UTF_8);
  }

  private RequestStreamHandler handler(String function) {
    return switch (function) {
      case "HttpFunction" -> new ApiHandler(() -> sessions, Map.of());
      case "ClearUsers" -> new ClearUsersHandler(() -> sessions, Map.of());
      case "Cleanup" -> new CleanupHandler(() -> sessions, Map.of("POSTGRES_SCHEMA", "events"));
      case "CleanupWorker" -> this::work;
      case "Migrate" -> new MigrateHandler(() -> sessions, "events");
      default -> throw new IllegalArgumentException(function);
    };
  }

  /** Reads and writes as Lambda's runtime does for a handler with types. */
  private void work(InputStream event, OutputStream response, Context context) {
    CleanupWorkerHandler handler = new CleanupWorkerHandler(() -> sessions, Map.of());
    LambdaEventSerializers.serializerFor(SQSBatchResponse.class, getClass().getClassLoader())
        .toJson(
            handler.handleRequest(
                LambdaEventSerializers.serializerFor(SQSEvent.class, getClass().getClassLoader())
                    .fromJson(event),
                context),
            response);
  }

  /** Fails if a connection is still acquired. */
  @Override
  public void close() {
    assertThat(sessions.stats().acquired()).isZero();
    sessions.close(BOUND).block(BOUND);
  }
}

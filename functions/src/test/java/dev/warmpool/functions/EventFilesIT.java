package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.event.Json;
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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in {@code events/} goes through its handler, on a fresh schema with three users. */
class EventFilesIT {

  private static final Path EVENTS = Path.of("../events");
  private static final Duration BOUND = Duration.ofSeconds(10);

  /** What a file's answer holds; a file that is not here fails its test. */
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("HttpFunction-list-users", "\"statusCode\":200"),
          Map.entry("HttpFunction-create-user", "\"statusCode\":201"),
          Map.entry("HttpFunction-create-user-invalid", "\"statusCode\":422"),
          Map.entry("HttpFunction-create-user-once", "\"statusCode\":201"),
          Map.entry("HttpFunction-change-user-stale", "\"statusCode\":412"),
          Map.entry("HttpFunction-contract", "\\\"openapi\\\": \\\"3.1.0\\\""),
          Map.entry("HttpFunction-get-user", "\"statusCode\":200"),
          Map.entry("HttpFunction-change-user", "Ada King"),
          Map.entry("HttpFunction-delete-user", "\"statusCode\":204"),
          Map.entry("HttpFunction-clear-users", "{\\\"cleared\\\":1}"),
          Map.entry("HttpFunction-health", "\"statusCode\":200"),
          Map.entry("HttpFunction-unknown-route", "\"statusCode\":404"),
          Map.entry("ClearUsers-three", "{\"cleared\":3}"),
          Map.entry("Cleanup-default", "\"deleted\":0,\"batches\":1,\"complete\":true"),
          Map.entry("Cleanup-purge-deleted-users", "\"deleted\":0,\"batches\":1,\"complete\":true"),
          Map.entry(
              "Cleanup-purge-idempotency-keys", "\"deleted\":0,\"batches\":1,\"complete\":true"),
          Map.entry("Cleanup-string-detail", "\"deleted\":0,\"batches\":1,\"complete\":true"),
          Map.entry("Migrate-all", "{\"schema\":\"events\",\"from\":2,\"to\":2}"),
          Map.entry("Migrate-one", "{\"schema\":\"demo_c\",\"from\":0,\"to\":2}"));

  private SessionManager sessions;

  @BeforeEach
  void freshSchema() throws Exception {
    Api.admin("DROP SCHEMA IF EXISTS events, demo_c, warmpool CASCADE");
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_SCHEMA", "events");
    sessions =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
    run(handler("Migrate"), "{\"schemas\":[\"events\"]}");
    Api.admin(
        "INSERT INTO events.users (email, name) SELECT 'u' || i || '@example.org', 'U' FROM"
            + " generate_series(1, 3) i");
  }

  @AfterEach
  void holdsNothing() {
    assertThat(sessions.stats().acquired()).isZero();
    sessions.close(BOUND).block(BOUND);
  }

  private RequestStreamHandler handler(String function) {
    return switch (function) {
      case "HttpFunction" -> new ApiHandler(() -> sessions, Map.of());
      case "ClearUsers" -> new ClearUsersHandler(() -> sessions);
      case "Cleanup" -> new CleanupHandler(() -> sessions);
      case "Migrate" -> new MigrateHandler(() -> sessions, "events");
      default -> throw new IllegalArgumentException(function);
    };
  }

  private static String run(RequestStreamHandler handler, String event) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        answer,
        new FakeContext(10_000));
    return answer.toString(StandardCharsets.UTF_8);
  }

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(EVENTS)) {
      return files.map(file -> file.getFileName().toString().replace(".json", "")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesTheAnswerOfItsCase(String file) throws IOException {
    String event = Files.readString(EVENTS.resolve(file + ".json"));
    String answer = run(handler(file.split("-", 2)[0]), event);
    assertThat(EXPECTED).containsKey(file);
    assertThat(answer).contains(EXPECTED.get(file));
  }

  @ParameterizedTest
  @MethodSource("strangeEvents")
  void answersStrangeEventsWithAProblem(String event, int status) throws IOException {
    JsonNode answer =
        Json.read(run(handler("HttpFunction"), event).getBytes(StandardCharsets.UTF_8));
    assertThat(answer.path("statusCode").asInt()).isEqualTo(status);
    assertThat(answer.path("headers").path("content-type").asText())
        .isEqualTo("application/problem+json");
  }

  static Stream<Arguments> strangeEvents() {
    String post =
        "{\"routeKey\":\"POST /users\",\"headers\":{\"Content-Type\":\"application/json\"},";
    return Stream.of(
            new Object[] {"", 404},
            new Object[] {"{", 400},
            new Object[] {"[]", 404},
            new Object[] {"{\"routeKey\":\"GET /users/{id}\"}", 422},
            new Object[] {"{\"routeKey\":\"GET /users/{id}\",\"pathParameters\":null}", 422},
            new Object[] {"{\"routeKey\":\"POST /users\",\"body\":\"{}\"}", 415},
            new Object[] {post + "\"body\":null}", 400},
            new Object[] {post + "\"body\":\"{}\"}", 422},
            new Object[] {post + "\"body\":\"%%\",\"isBase64Encoded\":true}", 400},
            new Object[] {post + "\"body\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}", 400},
            new Object[] {post + "\"body\":\"" + "[".repeat(5_000) + "\"}", 400},
            new Object[] {
              post + "\"body\":\"{\\\"email\\\":\\\"a@b\\\",\\\"name\\\":\\\"\\\\u0000\\\"}\"}", 422
            },
            new Object[] {
              "{\"routeKey\":\"GET /users\",\"queryStringParameters\":{\"limit\":\"x\"}}", 422
            },
            new Object[] {
              "{\"routeKey\":\"GET /users\",\"queryStringParameters\":{\"after\":\"*\"}}", 422
            })
        .map(Arguments::of);
  }

  @Test
  void purgesInBatches() throws Exception {
    Api.admin("UPDATE events.users SET deleted_at = now() - interval '40 days'");
    assertThat(run(handler("Cleanup"), "{\"detail\":{\"batchSize\":2}}"))
        .isEqualTo(
            "{\"job\":\"purge-deleted-users\",\"tenants\":1,\"deleted\":3,\"batches\":2,"
                + "\"complete\":true}");
  }

  @Test
  void keepsWhatIsWithinTheRetention() throws Exception {
    Api.admin("UPDATE events.users SET deleted_at = now() - interval '40 days'");
    assertThat(run(handler("Cleanup"), "{\"detail\":{\"retention\":\"P50D\"}}"))
        .contains("\"deleted\":0");
  }

  @Test
  void purgesKeysThatArePastTheirTime() throws Exception {
    Api.admin(
        "INSERT INTO events.idempotency_keys (route, key, fingerprint, expires_at) SELECT 'r', i, '',"
            + " now() + i * interval '1 hour' FROM generate_series(-2, 2) i");
    assertThat(run(handler("Cleanup"), "{\"detail\":{\"job\":\"purge-idempotency-keys\"}}"))
        .isEqualTo(
            "{\"job\":\"purge-idempotency-keys\",\"tenants\":1,\"deleted\":3,\"batches\":1,"
                + "\"complete\":true}");
  }

  @Test
  void refusesAVersionThatIsNotTheUsers() throws Exception {
    String patch =
        "{\"routeKey\":\"PATCH /users/{id}\",\"pathParameters\":{\"id\":\"1\"},\"headers\":{"
            + "\"content-type\":\"application/json\",\"if-match\":\"\\\"%d\\\"\"},"
            + "\"body\":\"{\\\"name\\\":\\\"B\\\"}\"}";
    assertThat(run(handler("HttpFunction"), patch.formatted(2))).contains("\"statusCode\":412");
    assertThat(run(handler("HttpFunction"), patch.formatted(1))).contains("\"statusCode\":200");
    assertThat(run(handler("HttpFunction"), patch.formatted(1))).contains("\"statusCode\":412");
  }

  @Test
  void migratesOneSchemaFromManySidesAtOnce() throws Exception {
    List<CompletableFuture<String>> answers =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::migrateDemo)).limit(4).toList();
    for (CompletableFuture<String> answer : answers) {
      assertThat(answer.get()).contains("\"to\":2").contains("\"complete\":true");
    }
  }

  private String migrateDemo() {
    try {
      return run(handler("Migrate"), "{\"schemas\":[\"demo_c\"]}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void reportsASchemaThatCannotBeMigratedAndGoesOn() throws Exception {
    Api.admin("CREATE SCHEMA demo_c; CREATE TABLE demo_c.users (id int)");
    String answer = run(handler("Migrate"), "{\"schemas\":[\"demo_c\",\"events\"]}");
    assertThat(answer)
        .contains("{\"schema\":\"demo_c\",\"from\":0,\"to\":0,\"error\":")
        .contains("{\"schema\":\"events\",\"from\":2,\"to\":2}")
        .contains("\"complete\":false");
  }
}

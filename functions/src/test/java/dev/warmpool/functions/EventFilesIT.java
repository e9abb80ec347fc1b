package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends every file of {@code events/} to its handler, on a new schema with three users. */
class EventFilesIT {

  private static final Path EVENTS = Path.of("../events");

  /** The run of the files that are about one. */
  private static final String RUN = "5b8f6f0e-3a52-4d6c-9a3f-0f8f7a4f2c11";

  /** A part of each file's response, in which %d is the newest migration; every file needs one. */
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
          Map.entry("Cleanup-detail", "\"deleted\":0,\"batches\":1,\"complete\":true"),
          Map.entry("Cleanup-rule-without-input", "\"job\":\"purge-deleted-users\",\"tenants\":1"),
          Map.entry(
              "Cleanup-schedule-without-input", "\"job\":\"purge-deleted-users\",\"tenants\":1"),
          Map.entry(
              "Cleanup-schedule-with-input", "\"job\":\"purge-idempotency-keys\",\"tenants\":1"),
          Map.entry("Cleanup-report-connections", "\"terminated\":0,\"complete\":true"),
          Map.entry(
              "Cleanup-run", "\"tenants\":1,\"done\":0,\"failed\":0,\"busy\":0,\"pending\":1"),
          Map.entry("CleanupWorker-run", "{\"batchItemFailures\":[]}"),
          Map.entry("CleanupWorker-unknown-run", "[{\"itemIdentifier\":\"19dd0b57-"),
          Map.entry("CleanupWorker-foreign", "[{\"itemIdentifier\":\"19dd0b57-"),
          Map.entry("Cleanup-string-detail", "\"deleted\":0,\"batches\":1,\"complete\":true"),
          Map.entry("Migrate-all", "{\"schemas\":[],\"migrated\":0,"),
          Map.entry("Migrate-dry-run", "{\"dryRun\":true,\"schemas\":[],\"behind\":0}"),
          Map.entry("Migrate-one", "{\"schema\":\"demo_c\",\"from\":0,\"to\":%d}"));

  private final TestFunctions functions = new TestFunctions();

  @BeforeEach
  void freshSchema() throws IOException {
    functions.resetSchema();
    Api.admin(
        "INSERT INTO warmpool.job_runs (id, job, parameters, tenants) VALUES ('%1$s',"
                .formatted(RUN)
            + " 'purge-deleted-users', '{}', 1);"
            + "INSERT INTO warmpool.job_run_tenants (run_id, tenant) VALUES ('%1$s', 'events')"
                .formatted(RUN));
  }

  @AfterEach
  void close() {
    functions.close();
  }

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(EVENTS)) {
      return files
          .map(file -> file.getFileName().toString().replace(".json", ""))
          .filter(name -> name.contains("-")) // FUNCTION-case; env.json has variables for sam local
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void returnsTheResponseOfItsCase(String file) throws IOException {
    String event = Files.readString(EVENTS.resolve(file + ".json"));
    String response = functions.run(file.split("-", 2)[0], event);
    assertThat(EXPECTED).containsKey(file);
    assertThat(response).contains(EXPECTED.get(file).formatted(Api.newestMigration()));
  }

  @ParameterizedTest
  @MethodSource("malformedEvents")
  void answersMalformedEventsWithAProblem(String event, int status) throws IOException {
    JsonNode response = Json.read(functions.run("HttpFunction", event));
    assertThat(response.path("statusCode").asInt()).isEqualTo(status);
    assertThat(response.path("headers").path("content-type").asText())
        .isEqualTo("application/problem+json");
  }

  static Stream<Arguments> malformedEvents() {
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
  void refusesAnIfMatchOfAnotherVersion() throws Exception {
    String patch =
        "{\"routeKey\":\"PATCH /users/{id}\",\"pathParameters\":{\"id\":\"1\"},\"headers\":{"
            + "\"content-type\":\"application/json\",\"if-match\":\"\\\"%d\\\"\"},"
            + "\"body\":\"{\\\"name\\\":\\\"B\\\"}\"}";
    assertThat(functions.run("HttpFunction", patch.formatted(2))).contains("\"statusCode\":412");
    assertThat(functions.run("HttpFunction", patch.formatted(1))).contains("\"statusCode\":200");
    assertThat(functions.run("HttpFunction", patch.formatted(1))).contains("\"statusCode\":412");
  }
}

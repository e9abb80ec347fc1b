package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.schema.MigrateHandler;
import dev.warmpool.functions.users.ClearUsersHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Each function answers any JSON and any bytes with a report or with a message about the event. */
class EventPropertiesIT {

  private static final List<String> NAMES =
      List.of(
          "ids",
          "detail",
          "job",
          "retention",
          "batchSize",
          "terminateIdleLongerThan",
          "run",
          "schemas",
          "RequestType",
          "routeKey",
          "body",
          "headers",
          "pathParameters",
          "queryStringParameters",
          "requestContext",
          "id",
          "isBase64Encoded",
          "rawPath",
          "version",
          "x");

  private static final List<String> TEXTS =
      List.of(
          "",
          "{}",
          "purge-deleted-users",
          "purge-idempotency-keys",
          "report-connections",
          "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
          "P30D",
          "-P1D",
          "properties",
          "GET /users/{id}",
          "POST /users",
          "POST /users/clear",
          "$default",
          "\u0000",
          "pg_x",
          "{\"ids\":[1]}",
          "e30=",
          "=",
          "1",
          "😀");

  private static Api api;

  @BeforeContainer
  static void start() {
    Api.migrate("properties");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "properties", "POOL_SIZE", "2"));
  }

  @AfterContainer
  static void stop() {
    api.close();
  }

  @Provide
  Arbitrary<byte[]> events() {
    return Arbitraries.oneOf(
        json().map(Json::bytes),
        json().map(Json::bytes),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
  }

  private static Arbitrary<JsonNode> json() {
    return Arbitraries.recursive(EventPropertiesIT::leaves, EventPropertiesIT::containers, 1, 3);
  }

  private static Arbitrary<JsonNode> containers(Arbitrary<JsonNode> inner) {
    Arbitrary<JsonNode> objects =
        Arbitraries.maps(Arbitraries.of(NAMES), inner)
            .ofMaxSize(5)
            .map(members -> Json.object().setAll(members));
    Arbitrary<JsonNode> arrays = inner.list().ofMaxSize(3).map(EventPropertiesIT::array);
    return Arbitraries.oneOf(objects, objects, arrays);
  }

  private static JsonNode array(List<JsonNode> items) {
    return Json.array().addAll(items);
  }

  private static Arbitrary<JsonNode> leaves() {
    return Arbitraries.oneOf(
        Arbitraries.of(TEXTS).map(Json.object()::textNode),
        Arbitraries.strings().ofMaxLength(10).map(Json.object()::textNode),
        Arbitraries.longs().map(Json.object()::numberNode),
        Arbitraries.bigDecimals().map(Json.object()::numberNode),
        Arbitraries.of(true, false).map(Json.object()::booleanNode),
        Arbitraries.just(Json.object().nullNode()));
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void theApiConformsToItsContract(@ForAll("events") byte[] event) {
    assertThat(api.send(event, routeKey(event), new FakeContext(20_000)).status()).isLessThan(500);
  }

  private static String routeKey(byte[] event) {
    try {
      return Event.routeKey(Json.read(event));
    } catch (IOException e) {
      return "$default";
    }
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void clearUsersReportsOrRefuses(@ForAll("events") byte[] event) throws IOException {
    reportsOrRefuses(new ClearUsersHandler(api::sessions, Map.of()), event);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void cleanupReportsOrRefuses(@ForAll("events") byte[] event) throws IOException {
    reportsOrRefuses(
        new CleanupHandler(api::sessions, Map.of("POSTGRES_SCHEMA", "properties")), event);
  }

  /** Fewer tries, because every valid event runs a migration. */
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void migrateReportsOrRefuses(@ForAll("events") byte[] event) throws IOException {
    reportsOrRefuses(new MigrateHandler(api::sessions, "properties"), event);
  }

  private static void reportsOrRefuses(RequestStreamHandler handler, byte[] event)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      handler.handleRequest(new ByteArrayInputStream(event), answer, new FakeContext(20_000));
      assertThat(Json.read(answer.toByteArray()).isObject()).isTrue();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage())
          .as(new String(event, StandardCharsets.UTF_8))
          .isNotBlank()
          .doesNotContain("Exception");
    }
    assertThat(api.sessions().stats().acquired()).isZero();
  }
}

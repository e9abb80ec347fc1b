package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.column;
import static dev.warmpool.functions.schema.MigrationDatabase.execute;
import static dev.warmpool.functions.schema.MigrationDatabase.script;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code Migrate} as the custom resource of a stack. */
class CustomResourceIT {

  private MigrationDatabase database;
  private AnswersServer server;

  @BeforeEach
  void create() throws IOException {
    database = new MigrationDatabase();
    server = new AnswersServer();
  }

  @AfterEach
  void drop() {
    server.close();
    database.close();
  }

  private ObjectNode event(String type) {
    ObjectNode event =
        Json.object()
            .put("RequestType", type)
            .put("ServiceToken", "arn:aws:lambda:eu-central-1:1:function:Migrate")
            .put("ResponseURL", server.url())
            .put("StackId", "arn:aws:cloudformation:eu-central-1:1:stack/s/1")
            .put("RequestId", "r-" + type)
            .put("LogicalResourceId", "MigrateSchemas")
            .put("ResourceType", "Custom::Migration");
    if (!type.equals("Create")) {
      event.put("PhysicalResourceId", "warmpool-migrations");
    }
    event.putObject("ResourceProperties").put("ServiceToken", "arn").put("ServiceTimeout", "1200");
    return event;
  }

  private JsonNode run(Scripts scripts, ObjectNode event) {
    ObjectNode properties = (ObjectNode) event.path("ResourceProperties");
    if (!properties.has("ScriptsHash")) {
      properties.put("ScriptsHash", scripts.hash());
    }
    return database.migrate(scripts, new String(Json.bytes(event), StandardCharsets.UTF_8));
  }

  @Test
  void migratesTheKnownSchemasAndThoseOfTheTemplate() {
    ObjectNode event = event("Create");
    event.withArray("/ResourceProperties/Schemas").add("tenant_a").add("");
    assertThat(run(scripts(2), event)).isEqualTo(server.only());
    assertThat(server.only())
        .hasToString(
            "{\"Status\":\"SUCCESS\",\"PhysicalResourceId\":\"warmpool-migrations\","
                + "\"StackId\":\"arn:aws:cloudformation:eu-central-1:1:stack/s/1\","
                + "\"RequestId\":\"r-Create\",\"LogicalResourceId\":\"MigrateSchemas\","
                + "\"Data\":{\"Failed\":\"0\",\"Left\":\"0\",\"Migrated\":\"2\"}}");
    assertThat(column("SELECT schema_name FROM warmpool.tenants ORDER BY 1"))
        .containsExactly("own", "tenant_a");
    assertThat(server.requests())
        .containsExactly("PUT /stack%7Cid?X-Amz-Signature=a%2Bb []")
        .hasSize(1);
  }

  @Test
  void migratesOnAnUpdate() {
    run(scripts(1), event("Create"));
    run(scripts(3), event("Update"));
    assertThat(server.answers().get(1).path("Data").path("Migrated").asText()).isEqualTo("1");
    assertThat(server.answers().get(1).path("RequestId").asText()).isEqualTo("r-Update");
    assertThat(column("SELECT version FROM warmpool.tenants")).containsExactly("3");
  }

  /** Not even its properties are read: those of a stack that could not be created are wrong. */
  @Test
  void doesNothingOnADelete() {
    ObjectNode event = event("Delete");
    event.withObject("/ResourceProperties").put("Unknown", "x");
    run(scripts(1), event);
    assertThat(server.only().path("Status").asText()).isEqualTo("SUCCESS");
    assertThat(database.sessions().stats().opened()).isZero();
  }

  @Test
  void failsADeploymentWhoseFunctionsCouldOpenTooManyConnections() {
    ObjectNode event = event("Update");
    ObjectNode properties = (ObjectNode) event.path("ResourceProperties");
    properties.put("MaxConnections", "50");
    properties.putArray("Connections").add("HttpFunction 20 x 2").add("Migrate 1 x 8");
    run(scripts(1), event);
    assertThat(server.only().path("Status").asText()).isEqualTo("FAILED");
    assertThat(server.only().path("Reason").asText())
        .isEqualTo(
            "the functions can open 48 connections (HttpFunction 20 x 2 + Migrate 1 x 8), and"
                + " MaxConnections, 50, less a reserve of 10 allows 40: lower HttpConcurrency or"
                + " raise MaxConnections");
    assertThat(database.sessions().stats().opened()).isZero();
  }

  /** The archive was not built again after the template had changed. */
  @Test
  void failsADeploymentOfAnArchiveWithOtherScripts() {
    ObjectNode event = event("Update");
    event.withObject("/ResourceProperties").put("ScriptsHash", scripts(2).hash());
    run(scripts(1), event);
    assertThat(server.only().path("Status").asText()).isEqualTo("FAILED");
    assertThat(server.only().path("Reason").asText())
        .isEqualTo(
            "ScriptsHash of the template is not that of the scripts in the archive: run mvn"
                + " package, then deploy again");
    assertThat(database.sessions().stats().opened()).isZero();
  }

  @Test
  void answersThatSchemasFailed() {
    execute("CREATE SCHEMA broken; CREATE TABLE broken.items (id int)");
    ObjectNode event = event("Update");
    event.withArray("/ResourceProperties/Schemas").add("broken");
    run(scripts(1), event);
    assertThat(server.only().path("Status").asText()).isEqualTo("FAILED");
    assertThat(server.only().path("Reason").asText())
        .isEqualTo(
            "1 schemas were migrated, 1 failed, 0 are left for the next run."
                + " broken: 42P07 relation \"items\" already exists.");
  }

  @Test
  void quotesNoValuesOfRows() {
    database.migrate(scripts(1), "{}");
    execute(
        "ALTER TABLE own.items ADD COLUMN note text; INSERT INTO own.items VALUES (1, 'secret')");
    Scripts cast =
        new Scripts(
            List.of(
                scripts(1).all().get(0),
                script(2, "ALTER TABLE items ALTER note TYPE int USING note::int")));
    run(cast, event("Update"));
    assertThat(server.only().path("Reason").asText())
        .endsWith(" own: the database reported SQLSTATE 22P02: the log has the details.");
  }

  @Test
  void answersThatAPropertyIsWrong() {
    List<Consumer<ObjectNode>> faults =
        List.of(
            properties -> properties.put("schemas", "a"),
            properties -> properties.put("Schemas", "a"),
            properties -> properties.putArray("Schemas").add("public"));
    for (Consumer<ObjectNode> fault : faults) {
      ObjectNode event = event("Create");
      fault.accept(event.withObject("/ResourceProperties"));
      run(scripts(1), event);
    }
    assertThat(server.answers())
        .extracting(answer -> answer.path("Reason").asText())
        .containsExactly(
            "the property schemas is unknown",
            "schemas must be an array of schema names",
            "the schema public is reserved: it is no tenant's");
    assertThat(database.sessions().stats().opened()).isZero();
  }

  @Test
  void answersThatTheFunctionIsNotSetUp() throws IOException {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    new MigrateHandler(
            () -> {
              throw new IllegalStateException("POSTGRES_HOST is not set");
            },
            "")
        .handleRequest(
            new ByteArrayInputStream(Json.bytes(event("Create"))),
            response,
            new FakeContext(20_000));
    assertThat(server.only().path("Status").asText()).isEqualTo("FAILED");
    assertThat(server.only().path("Reason").asText()).isEqualTo("POSTGRES_HOST is not set");
  }

  @Test
  void answersBeforeItsTimeOut() throws SQLException {
    database.migrate(scripts(1), "{}");
    try (Connection connection = MigrationDatabase.admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE own.items");
      Instant start = Instant.now();
      String event = new String(Json.bytes(event("Update")), StandardCharsets.UTF_8);
      database.migrate(scripts(2), event, 8_000);
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMillis(7_500));
    }
    assertThat(server.only().path("Status").asText()).isEqualTo("FAILED");
    assertThat(server.only().path("Reason").asText())
        .isEqualTo("0 schemas were migrated, 0 failed, 1 are left for the next run.");
  }

  @Test
  void sendsAnAnswerAgainThatWasRefused() {
    server.refuse(503, 403);
    run(scripts(1), event("Create"));
    assertThat(server.requests()).hasSize(3);
    assertThat(server.only().path("Status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void failsIfNoAnswerIsAccepted() {
    server.refuse(500, 500, 500, 500, 500);
    ObjectNode event = event("Delete");
    assertThatThrownBy(() -> run(scripts(1), event))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "CloudFormation has not accepted the answer SUCCESS: status 500."
                + " In a private subnet, S3 needs a gateway endpoint");
  }

  /** One byte a second meets each time-out of a read. */
  @Test
  void boundsAnAnswerWhoseResponseDrips() throws IOException {
    try (DrippingServer slow = new DrippingServer()) {
      ObjectNode event = event("Delete").put("ResponseURL", slow.url());
      Instant start = Instant.now();
      assertThatThrownBy(
              () ->
                  database.migrate(
                      scripts(1), new String(Json.bytes(event), StandardCharsets.UTF_8), 8_000))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("SUCCESS: no whole response within ")
          .hasMessageContaining(" ms from 127.0.0.1.");
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMillis(8_500));
      assertThat(slow.isLeft()).as("the connection is closed").isTrue();
    }
  }

  @Test
  void refusesAnEventThatIsBothARequestAndADirectCall() {
    for (String member : new String[] {"schemas", "dryRun", "retry", "run"}) {
      ObjectNode event = event("Create");
      event.putArray(member);
      assertThatThrownBy(() -> run(scripts(1), event))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the event has RequestType, of CloudFormation, and a member of a direct call");
    }
    assertThat(server.requests()).isEmpty();
  }
}

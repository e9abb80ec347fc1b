package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.database.Database;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Migrates the database's schemas by invoking the template's function {@code Migrate} with the
 * event {@code {"schemas": [...]}}.
 */
final class Migration {

  private static final String MIGRATE = "Migrate";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Migration() {}

  /**
   * Invokes the function and waits for it; does nothing if the template has no such function. A
   * function that is not this project's may have another event: that it failed is printed.
   *
   * @throws StartupException if a function of this project did not migrate a schema
   */
  static void run(Functions functions, Database database) {
    Optional<FunctionRunner> migrate = functions.find(MIGRATE);
    if (migrate.isEmpty()) {
      return;
    }
    try {
      byte[] event = JSON.writeValueAsBytes(Map.of("schemas", database.schemas()));
      InvocationResult result = migrate.get().invoke(event);
      if (migrate.get().function().isOwn()) {
        check(result);
        database.migrated();
      } else if (result.failed()) {
        Output.line(
            "Migrate    failed, invoke it with the event that it takes: " + result.summary());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void check(InvocationResult result) throws IOException {
    JsonNode report = JSON.readTree(result.payload());
    if (result.failed() || !report.path("complete").asBoolean(false)) {
      throw new StartupException("the schemas cannot be migrated: " + reason(report));
    }
  }

  /** The function's error, or those of the schemas, each once. */
  private static String reason(JsonNode report) {
    Set<String> errors = new LinkedHashSet<>();
    report.path("schemas").forEach(schema -> errors.add(schema.path("error").asText("")));
    errors.remove("");
    return errors.isEmpty()
        ? report.path("errorMessage").asText(report.toString())
        : String.join("; ", errors);
  }
}

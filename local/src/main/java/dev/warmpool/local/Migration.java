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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The migration of the database's schemas by the template's function {@code Migrate}, which is
 * invoked with the event {@code {"schemas": [...]}}. Confined to the thread of the start.
 */
final class Migration {

  private static final String MIGRATE = "Migrate";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Optional<FunctionRunner> function;
  private final Database database;
  private CompletableFuture<Void> prepared = CompletableFuture.completedFuture(null);

  Migration(Functions functions, Database database) {
    this.function = functions.find(MIGRATE);
    this.database = database;
  }

  /**
   * Begins to start the function's environment while the database starts. Another project's
   * function may need the database in its init phase: nothing is done then.
   */
  void prepare(Executor threads) {
    function
        .filter(migrate -> migrate.function().isOwn())
        .ifPresent(
            migrate -> prepared = CompletableFuture.runAsync(() -> prepare(migrate), threads));
  }

  private static void prepare(FunctionRunner migrate) {
    try {
      migrate.prepare(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the database, invokes the function and waits for it; without such a function, waits
   * for the database. A function that is not this project's may have another event: that it failed
   * is printed.
   *
   * @throws StartupException if the database does not start, or a function of this project did not
   *     migrate a schema
   */
  void run() {
    database.awaitStart();
    prepared.handle((done, fault) -> fault).join(); // the invocation meets the same fault
    function.ifPresent(this::invoke);
  }

  private void invoke(FunctionRunner migrate) {
    try {
      byte[] event = JSON.writeValueAsBytes(Map.of("schemas", database.schemas()));
      InvocationResult result = migrate.invoke(event);
      if (migrate.function().isOwn()) {
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

package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAPI 3.1 document on the class path, against which requests are validated. Parts of it are
 * read when they are first needed, so that a cold start reads neither the whole document nor the
 * classes of the validator: an operation at the first request to its route, the schemas at the
 * first request with a body. Thread-safe.
 */
public final class Contract {

  private final String resource;
  private final Map<String, Operation> operations = new ConcurrentHashMap<>();
  private volatile @Nullable BodySchemas schemas;

  private Contract(String resource) {
    this.resource = resource;
  }

  /**
   * Names a document without reading it.
   *
   * @param resource its absolute name on the class path, such as {@code /openapi.json}
   */
  public static Contract of(String resource) {
    return new Contract(resource);
  }

  /**
   * Reads the whole document.
   *
   * @throws IllegalStateException if it is not on the class path
   */
  public String text() {
    try (InputStream document = open()) {
      return new String(document.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Validates a body.
   *
   * @param reference the body's schema, such as {@code #/components/schemas/User}
   * @return the faults, at most 100, ordered by pointer; empty if the body is valid
   */
  public List<Problem.Fault> faults(String reference, JsonNode body) {
    return schemas().faults(reference, body);
  }

  private BodySchemas schemas() {
    BodySchemas compiled = schemas;
    if (compiled == null) {
      ObjectNode document = Json.object();
      document.putObject("components").set("schemas", read(List.of("components", "schemas")));
      compiled = new BodySchemas(document);
      schemas = compiled;
    }
    return compiled;
  }

  /**
   * Returns the operation of a route.
   *
   * @throws IllegalStateException if the document has no such operation
   */
  Operation operation(String routeKey) {
    return operations.computeIfAbsent(routeKey, this::readOperation);
  }

  private Operation readOperation(String routeKey) {
    String[] key = routeKey.split(" ", 2);
    JsonNode operation =
        read(List.of("paths", key[key.length - 1], key[0].toLowerCase(Locale.ROOT)));
    if (operation.isMissingNode()) {
      throw new IllegalStateException(
          resource + " has no operation for " + routeKey + ": add it to paths");
    }
    return Operation.of(operation);
  }

  private JsonNode read(List<String> path) {
    try (InputStream document = open()) {
      return Json.readAt(document, path);
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " is not JSON", e);
    }
  }

  private InputStream open() {
    InputStream document = Contract.class.getResourceAsStream(resource);
    if (document == null) {
      throw new IllegalStateException(resource + " is not on the class path");
    }
    return document;
  }
}

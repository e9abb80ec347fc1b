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
 * An OpenAPI 3.1 document on the class path, the one source of what a route accepts. It is read as
 * far as it is needed: a route's operation at its first request, the schemas at the first body, so
 * that a cold start pays for neither the document nor the validator. Thread-safe.
 */
public final class Contract {

  private final String resource;
  private final Map<String, Operation> operations = new ConcurrentHashMap<>();
  private volatile @Nullable BodySchemas schemas;

  private Contract(String resource) {
    this.resource = resource;
  }

  /** The document of this name on the class path, {@code /openapi.json}; nothing is read yet. */
  public static Contract of(String resource) {
    return new Contract(resource);
  }

  /** The whole document, as it is written. */
  public String text() {
    try (InputStream document = open()) {
      return new String(document.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Every fault of a body.
   *
   * @param reference to its schema, {@code #/components/schemas/User}
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
   * What it says about a route.
   *
   * @throws IllegalStateException where it says nothing
   */
  Operation operation(String routeKey) {
    return operations.computeIfAbsent(routeKey, this::readOperation);
  }

  private Operation readOperation(String routeKey) {
    String[] key = routeKey.split(" ", 2);
    JsonNode operation =
        read(List.of("paths", key[key.length - 1], key[0].toLowerCase(Locale.ROOT)));
    if (operation.isMissingNode()) {
      throw new IllegalStateException(resource + " has no " + routeKey + ": add it to the paths");
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

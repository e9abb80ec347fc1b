package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The contract's compiled schemas, which validate request bodies. Thread-safe. */
final class BodySchemas {

  private static final String ROOT = "urn:contract";

  private final JsonNode document;
  private final Validator validator;

  /**
   * @param document the document that references such as {@code #/components/schemas/User} point
   *     into; all of it is compiled, so it should contain schemas only
   */
  BodySchemas(JsonNode document) {
    this.document = document;
    this.validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new TreeFactory())
            .withDisabledSchemaValidation(true)
            .createValidator();
    validator.registerSchema(URI.create(ROOT), document);
  }

  /**
   * Validates a body.
   *
   * @param reference the schema, {@code #/components/schemas/User}
   * @return every fault, ordered by pointer; empty if the body is valid
   */
  List<Problem.Fault> faults(String reference, JsonNode body) {
    return validator.validate(URI.create(ROOT + reference), body).getErrors().stream()
        .flatMap(error -> faults(error, body))
        .sorted(Comparator.comparing(Problem.Fault::pointer).thenComparing(Problem.Fault::message))
        .toList();
  }

  private Stream<Problem.Fault> faults(Error error, JsonNode body) {
    String pointer = error.getInstanceLocation();
    String location = error.getSchemaLocation().substring(ROOT.length() + 1);
    if (error.getKeyword() == null) {
      return Stream.of(fault(pointer, Rule.unknown(members(location))));
    }
    JsonNode schema = document.at(location);
    return error.getKeyword().equals("required")
        ? missing(schema, pointer, body.at(pointer))
        : Stream.of(fault(pointer, Rule.of(error.getKeyword(), schema)));
  }

  private static Stream<Problem.Fault> missing(JsonNode schema, String pointer, JsonNode object) {
    List<Problem.Fault> faults = new ArrayList<>();
    for (JsonNode name : schema.path("required")) {
      if (!object.has(name.asText())) {
        faults.add(fault(pointer + "/" + name.asText(), "is missing"));
      }
    }
    return faults.stream();
  }

  /** Returns the members of an object that allows no additional ones. */
  private List<String> members(String location) {
    JsonNode schema = document.at(location.substring(0, location.lastIndexOf('/')));
    List<String> names = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Problem.Fault fault(String pointer, String message) {
    return new Problem.Fault("body", pointer, message);
  }

  /**
   * Adapts Jackson's trees. The library's own factory creates an ObjectMapper, which loads 300
   * classes.
   */
  private static final class TreeFactory implements JsonNodeFactory {

    @Override
    public dev.harrel.jsonschema.JsonNode wrap(Object tree) {
      return tree instanceof JacksonNode wrapped ? wrapped : new JacksonNode((JsonNode) tree);
    }

    @Override
    public dev.harrel.jsonschema.JsonNode create(String json) {
      throw new UnsupportedOperationException("schemas and bodies are passed as trees");
    }
  }
}

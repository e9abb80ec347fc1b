package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of an operation. A parameter is text, so that its few rules are checked here and the
 * classes of the JSON Schema validator are not loaded for it: {@code type} integer with {@code
 * minimum} and {@code maximum}, or {@code type} string with {@code minLength}, {@code maxLength}
 * and {@code pattern}. Immutable.
 *
 * @param name the name as the contract spells it
 * @param in path, query or header
 * @param required whether every request must have the parameter
 * @param schema the rules
 */
record Parameter(String name, String in, boolean required, JsonNode schema) {

  /** No plus sign and no leading zero. At most 40 digits, because parsing more is slow. */
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]{0,39})");

  /** Reads a parameter object of an OpenAPI 3.1 document. */
  static Parameter of(JsonNode parameter) {
    return new Parameter(
        parameter.path("name").asText(),
        parameter.path("in").asText(),
        parameter.path("required").asBoolean(),
        parameter.path("schema"));
  }

  /** Returns the parameter's value; null if the request does not have it. */
  @Nullable String value(HttpRequest request) {
    return switch (in) {
      case "path" -> request.path().get(name);
      case "query" -> request.query().get(name);
      default -> request.header(name);
    };
  }

  /** Returns the first rule that the request violates; empty if the value is valid. */
  Optional<Problem.Fault> fault(HttpRequest request) {
    String value = value(request);
    if (value == null) {
      return required ? Optional.of(Problem.Fault.of(in, name, "is missing")) : Optional.empty();
    }
    String broken = schema.path("type").asText().equals("integer") ? number(value) : text(value);
    return Optional.ofNullable(broken).map(rule -> Problem.Fault.of(in, name, rule));
  }

  private @Nullable String number(String value) {
    if (!WHOLE_NUMBER.matcher(value).matches()) {
      return Rule.of("type", schema);
    }
    BigInteger number = new BigInteger(value);
    if (schema.has("minimum") && number.compareTo(schema.path("minimum").bigIntegerValue()) < 0) {
      return Rule.of("minimum", schema);
    }
    return schema.has("maximum") && number.compareTo(schema.path("maximum").bigIntegerValue()) > 0
        ? Rule.of("maximum", schema)
        : null;
  }

  private @Nullable String text(String value) {
    if (!Rule.isText(value)) {
      return Rule.TEXT;
    }
    int length = value.codePointCount(0, value.length());
    if (length < schema.path("minLength").asInt(0)) {
      return Rule.of("minLength", schema);
    }
    if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
      return Rule.of("maxLength", schema);
    }
    return schema.has("pattern")
            && !Pattern.compile(schema.path("pattern").asText()).matcher(value).find()
        ? Rule.of("pattern", schema)
        : null;
  }
}

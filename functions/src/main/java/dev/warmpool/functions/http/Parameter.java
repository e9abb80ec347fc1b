package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of an operation. It comes as text, so its rules are few and need no validator:
 * {@code type} integer with {@code minimum} and {@code maximum}, or string with {@code minLength},
 * {@code maxLength} and {@code pattern}. Immutable.
 *
 * @param in path, query or header
 * @param schema its rules
 */
record Parameter(String name, String in, boolean required, JsonNode schema) {

  /** As people write it: no plus sign, no zero in front; and nothing that costs much to read. */
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]{0,39})");

  static Parameter of(JsonNode parameter) {
    return new Parameter(
        parameter.path("name").asText(),
        parameter.path("in").asText(),
        parameter.path("required").asBoolean(),
        parameter.path("schema"));
  }

  @Nullable String value(HttpRequest request) {
    return switch (in) {
      case "path" -> request.path().get(name);
      case "query" -> request.query().get(name);
      default -> request.header(name);
    };
  }

  /** The first of its rules that the request breaks. */
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

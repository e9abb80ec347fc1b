package dev.warmpool.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares each keyword with an independent validator, on values that satisfy it and that do not.
 */
class BodySchemasTest {

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "5",
          "-1",
          "7",
          "2.5",
          "\"\"",
          "\"a\"",
          "\"abc\"",
          "\"😀😀\"",
          "[]",
          "[1]",
          "[1,\"a\"]",
          "[1,2,3]",
          "{}",
          "{\"a\":1}",
          "{\"a\":\"x\"}",
          "{\"a\":1,\"b\":2}",
          "{\"b\":null}",
          "{\"a\":[1,{\"a\":1}],\"b\":{\"a\":\"x\"},\"c\":0}");

  private static List<String> own(String schema, JsonNode value) throws IOException {
    JsonNode document = Json.read("{\"s\":" + schema + "}");
    return new BodySchemas(document)
        .faults("#/s", value).stream().map(f -> f.pointer() + " " + f.message()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "{\"type\":\"object\"}",
        "{\"type\":\"array\"}",
        "{\"type\":\"string\"}",
        "{\"type\":\"integer\"}",
        "{\"type\":\"number\"}",
        "{\"type\":\"boolean\"}",
        "{\"type\":\"null\"}",
        "{\"type\":[\"string\",\"null\"]}",
        "{\"enum\":[1,\"a\",null]}",
        "{\"const\":{\"a\":1}}",
        "{\"minimum\":5}",
        "{\"maximum\":5}",
        "{\"exclusiveMinimum\":5}",
        "{\"exclusiveMaximum\":5}",
        "{\"minLength\":2}",
        "{\"maxLength\":2}",
        "{\"pattern\":\"^a\"}",
        "{\"minItems\":2}",
        "{\"maxItems\":2}",
        "{\"items\":{\"type\":\"integer\"}}",
        "{\"items\":false}",
        "{\"required\":[\"a\",\"b\"]}",
        "{\"minProperties\":1}",
        "{\"maxProperties\":1}",
        "{\"properties\":{\"a\":{\"type\":\"integer\"}}}",
        "{\"properties\":{\"a\":true,\"b\":false}}",
        "{\"properties\":{\"a\":{}},\"additionalProperties\":false}",
        "{\"additionalProperties\":{\"type\":\"integer\"}}",
        "{\"allOf\":[{\"type\":\"integer\"},{\"minimum\":5}]}",
        "{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}",
        "{\"oneOf\":[{\"type\":\"string\"},{\"maxLength\":2}]}",
        "{\"properties\":{\"a\":{\"$ref\":\"#/s\"}},\"items\":{\"$ref\":\"#/s\"},\"maxProperties\":1}",
      })
  void agreesWithJsonSchema(String schema) throws IOException {
    JsonNode document = JsonMapper.builder().build().readTree("{\"s\":" + schema + "}");
    var validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .withDisabledSchemaValidation(true)
            .createValidator();
    var root = URI.create("urn:test");
    validator.registerSchema(root, document);
    int valid = 0;
    for (String text : VALUES) {
      JsonNode value = Json.read(text);
      boolean expected = validator.validate(URI.create(root + "#/s"), value).isValid();
      assertThat(own(schema, value).isEmpty()).as("%s in %s", text, schema).isEqualTo(expected);
      valid += expected ? 1 : 0;
    }
    assertThat(valid).as(schema).isBetween(1, VALUES.size() - 1);
  }

  @Test
  void refusesTextThatTheDatabaseOrUtf8CannotHold() throws IOException {
    String fault = " must be Unicode text without U+0000";
    for (String text : List.of("\"\\u0000\"", "\"a\\ud800\"", "\"\\udc00a\"")) {
      assertThat(own("{\"type\":\"string\"}", Json.read(text))).containsExactly(fault);
    }
    assertThat(own("{\"type\":\"string\"}", Json.read("\"\\ud83d\\ude00\""))).isEmpty();
  }

  @Test
  void refusesASchemaWithAKeywordThatIsNotChecked() {
    assertThatThrownBy(() -> own("{\"items\":{\"uniqueItems\":true}}", Json.read("1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("#/s uses the keyword uniqueItems, which is not checked:");
  }

  @Test
  void namesASchemaThatTheContractLacks() {
    assertThatThrownBy(() -> own("{\"$ref\":\"#/nowhere\"}", Json.read("1")))
        .hasMessage("the contract has no schema #/nowhere");
  }
}

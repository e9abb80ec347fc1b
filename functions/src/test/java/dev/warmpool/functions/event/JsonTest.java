package dev.warmpool.functions.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

  private static final String EVERYTHING =
      "{\"text\":\"a \\\"quoted\\\" \u00e9\\n\",\"int\":-1,\"long\":9223372036854775807,"
          + "\"big\":9223372036854775808,\"float\":1.5,\"yes\":true,\"no\":false,\"none\":null,"
          + "\"array\":[1,[],{}],\"object\":{\"a\":{}}}";

  private static InputStream stream(String json) {
    return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void writesTheValueThatItRead() throws IOException {
    byte[] written = Json.bytes(Json.read(EVERYTHING));

    assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(EVERYTHING);
    assertThat(Json.read(written)).isEqualTo(Json.read(EVERYTHING));
  }

  @Test
  void readsEmptyInputAsAMissingNode() throws IOException {
    assertThat(Json.read("").isMissingNode()).isTrue();
    assertThat(Json.read("null").isNull()).isTrue();
  }

  @Test
  void refusesMalformedInputAndDuplicateMembers() {
    List<String> broken =
        List.of("{", "[1,]", "{} {}", "1 2", "{\"a\":1,\"a\":2}", "nul", "1e9999", "]", "{\"a\"}");

    assertThat(broken)
        .allSatisfy(
            json -> assertThatThrownBy(() -> Json.read(json)).isInstanceOf(IOException.class));
  }

  @Test
  void keepsEveryDigitOfANumber() throws IOException {
    for (String number : List.of("0.99999999999999999999", "9007199254740993.0", "1E+400")) {
      assertThat(Json.bytes(Json.read(number))).asString().isEqualTo(number);
    }
  }

  @Test
  void refusesWhatExceedsALimit() {
    List<String> large =
        List.of(
            "1".repeat(101),
            "[" + "{},".repeat(125_000) + "{}]",
            "1e" + "9".repeat(50),
            "-1e-99999999999",
            "{\"" + "x".repeat(1_001) + "\":1}");
    assertThat(large)
        .allSatisfy(
            json -> assertThatThrownBy(() -> Json.read(json)).isInstanceOf(IOException.class));
  }

  /** An overlong slash, a surrogate, a byte that begins nothing, UTF-16, a sequence cut short. */
  @Test
  void refusesBytesThatAreNotUtf8() {
    List<String> broken = List.of("22c0af22", "22eda08022", "22ff22", "5b005d00", "22c3");
    assertThat(broken)
        .allSatisfy(
            hex ->
                assertThatThrownBy(() -> Json.read(HexFormat.of().parseHex(hex)))
                    .isInstanceOf(IOException.class));
  }

  /** In Jackson's symbol table, names whose hashes collide make the parser give up. */
  @Test
  void readsNamesWithTheSameHash() throws IOException {
    StringBuilder object = new StringBuilder("{");
    for (int i = 0; i < 4_096; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 12; bit++) {
        name.append((i >> bit & 1) == 0 ? "Ab" : "BA");
      }
      object.append(i == 0 ? "\"" : ",\"").append(name).append("\":1");
    }
    String text = object.append('}').toString();
    assertThat(Json.read(text)).hasSize(4_096);
    assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8))).hasSize(4_096);
  }

  @Test
  void refusesNestingThatWouldExhaustTheStack() {
    assertThatThrownBy(() -> Json.read("[".repeat(100_000))).isInstanceOf(IOException.class);
  }

  @Test
  void readsNothingAfterTheValueAtThePath() throws IOException {
    String json = "{\"skipped\":[{}],\"a\":{\"b\":{\"c\":1}}, and the rest is not JSON";

    assertThat(Json.readAt(stream(json), List.of("a", "b")).path("c").asInt()).isEqualTo(1);
  }

  @Test
  void returnsAMissingNodeIfThePathDoesNotExist() throws IOException {
    assertThat(Json.readAt(stream("{\"a\":{}}"), List.of("a", "b")).isMissingNode()).isTrue();
    assertThat(Json.readAt(stream("{\"a\":1}"), List.of("a", "b")).isMissingNode()).isTrue();
  }
}

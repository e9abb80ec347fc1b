package dev.warmpool.functions.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
        List.of("{", "[1,]", "{} {}", "1 2", "{\"a\":1,\"a\":2}", "nul", "1e999", "]", "{\"a\"}");

    assertThat(broken)
        .allSatisfy(
            json -> assertThatThrownBy(() -> Json.read(json)).isInstanceOf(IOException.class));
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

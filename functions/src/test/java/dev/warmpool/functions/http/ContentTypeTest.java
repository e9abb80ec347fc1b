package dev.warmpool.functions.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        " Application/JSON ",
        "application/json;charset=utf-8",
        "application/json ; charset=UTF-8",
        "application/json;charset=\"Utf-8\"",
        "application/json;charset=\"utf\\-8\"",
        "application/json;profile=\"a;charset=utf-16\";charset=utf-8",
        "application/json;;v=1;"
      })
  void acceptsJsonInUtf8(String value) {
    ContentType type = Objects.requireNonNull(ContentType.of(value));
    assertThat(type.media()).isEqualTo("application/json");
    assertThat(type.isUtf8()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json;charset=utf-8x",
        "application/json;charset=xutf-8",
        "application/json;charset=utf8",
        "application/json;charset=utf-16",
        "application/json;charset=\"\"",
        "application/json;charset='utf-8'",
        "application/json;charset=utf-8;charset=utf-8",
        "application/json;charset=utf-8;CHARSET=utf-16",
        "application/json;charset = utf-8",
        "application/json;charset=",
        "application/json;charset",
        "application/json,application/json",
        "application/json charset=utf-8",
        "application/json;charset=\"utf-8",
        "application",
        ""
      })
  void refusesEverythingElse(String value) {
    ContentType type = ContentType.of(value);
    assertThat(type == null || !type.isUtf8()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b;", "a/b;x=\"\\\\", "a/b;x=", "a/"})
  void refusesALongValueAtOnce(String start) {
    assertThat(ContentType.of(start + ";x=\"\\".repeat(1_000_000))).isNull();
  }
}

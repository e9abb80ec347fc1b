package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that a schema may have, and their quoting. */
class SchemaTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "$user", "pg_catalog", "pg_x", "a\0b", "\ud800"})
  void refusesNamesThatPostgresWouldRejectChangeOrReserve(String name) {
    assertThatThrownBy(() -> new Schema(name))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageStartingWith("invalid schema name '" + name.replace("\0", "\\0") + "': ");
  }

  @Test
  void countsBytesNotCharacters() {
    assertThat(new Schema("é".repeat(31) + "x").name()).hasSize(32);
    assertThatThrownBy(() -> new Schema("é".repeat(32)))
        .hasMessageEndingWith("has at most 63 bytes in UTF-8, this one has 64");
  }

  @Test
  void doublesTheQuotesInsideAQuotedName() {
    assertThat(new Schema("a\"; DROP TABLE x; --").quoted())
        .isEqualTo("\"a\"\"; DROP TABLE x; --\"");
  }
}

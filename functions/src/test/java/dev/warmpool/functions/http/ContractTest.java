package dev.warmpool.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractTest {

  private static final Contract CONTRACT = Contract.of("/openapi.json");

  private static List<String> faults(String schema, String body) throws IOException {
    return CONTRACT.faults("#/components/schemas/" + schema, Json.read(body)).stream()
        .map(fault -> fault.pointer() + " " + fault.message())
        .toList();
  }

  /** The validator's classes would slow down a cold start whose first request has no body. */
  @Test
  void loadsNoClassOfTheValidatorForARequestWithoutABody() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                ReadOperation.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output)
        .contains("checked: HttpResponse[status=204")
        .contains("dev.warmpool.functions.http.Contract ")
        .doesNotContain("dev.harrel")
        .doesNotContain("BodySchemas");
  }

  @Test
  void describesEveryFaultInWords() throws IOException {
    assertThat(faults("NewUser", "{\"email\":\"x\",\"name\":7,\"a/b~\":1}"))
        .containsExactly(
            "/a~1b~0 is unknown: must be email or name",
            "/email must be an e-mail address as HTML defines it, unique regardless of case",
            "/email must have at least 3 characters",
            "/name must be a string");
    assertThat(faults("NewUser", "{}")).containsExactly("/email is missing", "/name is missing");
    assertThat(faults("NewUser", "[]")).containsExactly(" must be an object");
    assertThat(faults("UserChange", "{}")).containsExactly(" must have at least 1 member");
    assertThat(faults("Ids", "{\"ids\":[0,1,1.5,\"1\",9223372036854775808]}"))
        .containsExactly(
            "/ids/0 must be a whole number from 1 to 9223372036854775807",
            "/ids/2 must be a whole number from 1 to 9223372036854775807",
            "/ids/3 must be a whole number from 1 to 9223372036854775807",
            "/ids/4 must be a whole number from 1 to 9223372036854775807");
  }

  @Test
  void acceptsNamesInAnyScriptButNoBlanksOrControlCharacters() throws IOException {
    String[] good = {"A", "李", "👩‍🚀", "a b", "😀".repeat(200)};
    String[] bad = {"", " ", "\\u3000", "\\u00a0", "a\\n", "\\u0000", "\\ud800", "x".repeat(201)};
    for (String name : good) {
      assertThat(faults("UserChange", "{\"name\":\"" + name + "\"}")).as(name).isEmpty();
    }
    for (String name : bad) {
      assertThat(faults("UserChange", "{\"name\":\"" + name + "\"}")).as(name).isNotEmpty();
    }
  }

  @Test
  void acceptsAddressesThatHtmlAccepts() throws IOException {
    String[] good = {"a@b", "a.b+c@d-e.example", "!#$%&'*+/=?^_`{|}~-@x.y", "a@" + "b".repeat(63)};
    String[] bad = {
      "a",
      "@b",
      "a@",
      "a@-b",
      "a@b-",
      "a@b..c",
      "a b@c",
      "a@b\\n",
      "a@b.c ",
      "ä@b",
      "a@" + "b".repeat(64),
      "a@" + "b.".repeat(126) + "c",
      "a@" + "b.".repeat(100_000) + "c",
      "<a@b>",
      "a@b@c"
    };
    for (String email : good) {
      assertThat(faults("UserChange", "{\"email\":\"" + email + "\"}")).as(email).isEmpty();
    }
    for (String email : bad) {
      assertThat(faults("UserChange", "{\"email\":\"" + email + "\"}")).as(email).isNotEmpty();
    }
  }

  @Test
  void namesTheRouteThatTheDocumentLacks() {
    assertThatThrownBy(() -> CONTRACT.operation("GET /nowhere"))
        .hasMessage("/openapi.json has no operation for GET /nowhere: add it to paths");
  }
}

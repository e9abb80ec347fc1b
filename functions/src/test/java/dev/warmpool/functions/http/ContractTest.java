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

  private static final String RANGE =
      "/ids/%d must be a whole number from 1 to 9223372036854775807";

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
    assertThat(faults("Ids", "{\"ids\":[0,1,1.5,\"1\",9223372036854775808,-0]}"))
        .containsExactly(
            RANGE.formatted(0),
            RANGE.formatted(2),
            RANGE.formatted(3),
            RANGE.formatted(4),
            RANGE.formatted(5));
  }

  /** A double would turn each of them into the id of another user, or into one. */
  @Test
  void roundsNoNumberToAnId() throws IOException {
    String[] numbers = {
      "0.99999999999999999999", "9007199254740993.0", "1e0", "1.0", "1e400", "-0.0", "1E-400"
    };
    for (String number : numbers) {
      assertThat(faults("Ids", "{\"ids\":[" + number + "]}"))
          .as(number)
          .containsExactly(RANGE.formatted(0));
    }
    assertThat(faults("Ids", "{\"ids\":[9007199254740993,9223372036854775807]}")).isEmpty();
  }

  @Test
  void looksAtNoElementOfAnArrayThatIsTooLong() throws IOException {
    assertThat(faults("Ids", "{\"ids\":[" + "null,".repeat(1_000) + "null]}"))
        .containsExactly("/ids must have at most 1000 items");
  }

  @Test
  void stopsAtAHundredFaults() throws IOException {
    assertThat(faults("Ids", "{\"ids\":[" + "null,".repeat(999) + "null]}")).hasSize(100);
    StringBuilder members = new StringBuilder("{\"m\":0");
    for (int i = 0; i < 5_000; i++) {
      members.append(",\"m").append(i).append("\":0");
    }
    assertThat(faults("NewUser", members.append('}').toString())).hasSize(100);
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

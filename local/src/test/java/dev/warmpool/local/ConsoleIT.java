package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's HTTP interface: its data and its actions. */
class ConsoleIT {

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  @Test
  void sendsAnEventFile() {
    var answer = probe.http().send("POST", "/_local/events/Echo-one.json", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"one\":1}");
    var failed = probe.http().send("POST", "/_local/events/Fail-always.json", "");
    assertThat(failed.statusCode()).isEqualTo(502);
    assertThat(Http.json(failed).path("errorMessage").asText()).isEqualTo("\"no luck\"");
  }

  @Test
  void sendsAndShowsWhatIsNoJson() {
    var refused = probe.http().send("POST", "/_local/events/Echo-broken.json", "");
    assertThat(refused.statusCode()).isEqualTo(502);
    assertThat(Http.json(refused).path("errorMessage").asText()).contains("JSON parsing");
    var answered = probe.http().send("POST", "/_local/events/Answer-text.json", "");
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(answered.body()).isEqualTo("no JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Echo-two.json",
        "Unknown-one.json",
        "",
        "../template.yaml",
        "%2e%2e%2ftemplate.yaml"
      })
  void sendsNoOtherFile(String name) {
    assertThat(probe.http().send("POST", "/_local/events/" + name, "").statusCode()).isEqualTo(404);
  }

  @Test
  void listsEventsAndSchedules() {
    JsonNode about = Http.json(probe.http().get("/_local/about"));
    assertThat(about.path("events").findValuesAsText("name"))
        .containsExactly(
            "Answer-text.json", "Echo-broken.json", "Echo-one.json", "Fail-always.json");
    assertThat(about.path("schedules").findValuesAsText("name"))
        .contains("WithInput", "Echo.Twice", "Fail.Twice");
  }

  @Test
  void servesTheContractsPage() throws IOException {
    assertThat(probe.http().get("/docs").headers().firstValue("location")).contains("/docs/");
    for (String file : new String[] {"", "docs.js", "swagger-ui.css", "swagger-ui-bundle.js"}) {
      var page = probe.http().get("/docs/" + file);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
          .startsWith("default-src 'self'");
    }
    assertThat(probe.http().get("/docs/other").statusCode()).isEqualTo(404);
    assertThat(probe.http().get("/docsx").statusCode()).as("belongs to the API").isEqualTo(404);
  }
}

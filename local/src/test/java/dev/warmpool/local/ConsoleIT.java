package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's HTTP interface: its data, its actions, and the requests that it refuses. */
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

  private static int status(String method, String path, String... headers) {
    String head = method + " " + path + " HTTP/1.1\r\nConnection: close\r\n";
    return RawHttp.send(
            probe.stack().httpAddress(), head + String.join("\r\n", headers) + "\r\n\r\n")
        .status();
  }

  private static String host(String name) {
    return "Host: " + name + ":" + URI.create(probe.stack().httpAddress()).getPort();
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
        .containsExactly("Echo-one.json", "Fail-always.json");
    assertThat(about.path("schedules").findValuesAsText("name"))
        .contains("WithInput", "Echo.Twice", "Fail.Twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/_local/events/Exit-now.json", "/_local/schedules/WithInput"})
  void refusesOtherSites(String path) {
    String post = "Content-Length: 0";
    assertThat(status("POST", path, host("127.0.0.1"), post, "Origin: https://evil.example"))
        .isEqualTo(403);
    assertThat(status("POST", path, host("127.0.0.1"), post, "Origin: null")).isEqualTo(403);
    assertThat(status("POST", path, host("127.0.0.1"), post, "Origin: http://127.0.0.1:1"))
        .as("another port")
        .isEqualTo(403);
    assertThat(status("POST", path, host("127.0.0.1"), post, "Sec-Fetch-Site: cross-site"))
        .isEqualTo(403);
    assertThat(status("POST", path, host("evil.example"), post))
        .as("a foreign name that resolves to this machine")
        .isEqualTo(403);
    assertThat(status("POST", path, post)).as("no Host").isIn(400, 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/_local/", "/_local/about", "/_local/stream", "/_local/tokens"})
  void refusesOtherHosts(String path) {
    assertThat(status("GET", path, host("evil.example"))).isEqualTo(403);
  }

  @Test
  void opensFromALinkAndFromThisPage() {
    assertThat(status("GET", "/_local/", host("localhost"), "Sec-Fetch-Site: cross-site"))
        .isEqualTo(200);
    String own = "Origin: http://" + host("localhost").substring("Host: ".length());
    assertThat(
            status(
                "POST",
                "/_local/schedules/WithInput",
                host("localhost"),
                own,
                "Sec-Fetch-Site: same-origin",
                "Content-Length: 0"))
        .isEqualTo(200);
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

package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests as pages of other origins send them, to every port of the runner. */
class OriginsIT {

  private static final String RUNTIME_API = "AWS_LAMBDA_RUNTIME_API";

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.withoutWildcard();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static RawHttp.Answer send(String address, String line, String... headers) {
    String head = line + " HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n";
    return RawHttp.send(address, head + String.join("\r\n", headers) + "\r\n\r\n");
  }

  private static String host(String address, String name) {
    return "Host: " + name + ":" + URI.create(address).getPort();
  }

  private static String runtimeApi() {
    JsonNode environment = probe.invoke("Process", "{}").path("environment");
    return "http://" + environment.path(RUNTIME_API).asText();
  }

  /** One request to each kind of endpoint: address and request line. */
  static Stream<Arguments> endpoints() {
    String http = probe.stack().httpAddress();
    return Stream.of(
        Arguments.of(http, "POST /echo"),
        Arguments.of(http, "GET /echo/1"),
        Arguments.of(http, "GET /nowhere"),
        Arguments.of(http, "GET /docs/"),
        Arguments.of(http, "GET /docs/docs.js"),
        Arguments.of(http, "GET /_local/"),
        Arguments.of(http, "GET /_local/console.js"),
        Arguments.of(http, "GET /_local/stream"),
        Arguments.of(http, "GET /_local/tokens"),
        Arguments.of(http, "POST /_local/events/Echo-one.json"),
        Arguments.of(http, "POST /_local/schedules/WithInput"),
        Arguments.of(probe.stack().invokeAddress(), "POST /2015-03-31/functions/Echo/invocations"),
        Arguments.of(http, "POST /_local/queues/Queue"),
        Arguments.of(queues(), "POST /"),
        Arguments.of(queues(), "GET /?Action=ListQueues"),
        Arguments.of(
            probe.stack().invokeAddress(), "OPTIONS /2015-03-31/functions/Echo/invocations"),
        Arguments.of(runtimeApi(), "GET " + runtimePath("/2018-06-01/runtime/invocation/next")));
  }

  private static String queues() {
    return probe.stack().queues().orElseThrow().address();
  }

  private static String runtimePath(String path) {
    return URI.create(runtimeApi()).getPath() + path;
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void refusesPagesOfOtherOrigins(String address, String line) {
    String own = host(address, "127.0.0.1");
    for (List<String> headers :
        List.of(
            List.of(own, "Origin: https://evil.example"),
            List.of(own, "Origin: null"),
            List.of(own, "Origin: https://127.0.0.1:1"),
            List.of(own, "Sec-Fetch-Site: cross-site"),
            List.of(own, "Sec-Fetch-Site: same-site"),
            List.of(own, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"),
            List.of(
                own,
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: iframe"),
            List.of(host(address, "evil.example")),
            List.of(host(address, "evil.example"), "Sec-Fetch-Site: same-origin"),
            List.of(host(address, "127.0.0.1.evil.example")),
            List.of("Host: 127.0.0.1:1"))) {
      assertThat(send(address, line, headers.toArray(String[]::new)).status())
          .as(line + " " + headers)
          .isEqualTo(403);
    }
    assertThat(probe.processes("Echo")).as("no function was invoked").isEmpty();
  }

  /** The SQS server has a port of its own only while the runner connects to it. */
  @Test
  void listensOnNoPortWithoutThisCheck() {
    queues();
    List<Integer> ports = Sockets.listening();
    assertThat(ports).contains(URI.create(queues()).getPort());
    for (int port : ports) {
      String address = "http://127.0.0.1:" + port;
      assertThat(send(address, "GET /health", "Host: evil.example").status())
          .as("port " + port)
          .isEqualTo(403);
    }
  }

  @Test
  void opensAPageFromALink() {
    String address = probe.stack().httpAddress();
    for (String page : List.of("/_local", "/_local/", "/docs", "/docs/")) {
      assertThat(
              send(
                      address,
                      "GET " + page,
                      host(address, "localhost"),
                      "Sec-Fetch-Site: cross-site",
                      "Sec-Fetch-Mode: navigate",
                      "Sec-Fetch-Dest: document")
                  .status())
          .as(page)
          .isIn(200, 308);
    }
  }

  @Test
  void answersItsOwnPagesAndClientsWithoutTheseHeaders() {
    String address = probe.stack().httpAddress();
    for (String name : List.of("127.0.0.1", "localhost", "[::1]")) {
      String host = host(address, name);
      String origin = "Origin: http://" + host.substring("Host: ".length());
      assertThat(send(address, "GET /text", host).status()).isEqualTo(200);
      assertThat(send(address, "GET /text", host, "Sec-Fetch-Site: none").status()).isEqualTo(200);
      assertThat(send(address, "GET /text", host, origin, "Sec-Fetch-Site: same-origin").status())
          .isEqualTo(200);
    }
  }

  @Test
  void givesEventsOnlyToTheProcessThatKnowsTheSecret() {
    String api = runtimeApi();
    String port = "http://127.0.0.1:" + URI.create(api).getPort();
    for (String path : List.of("", "/", "/x", "/00000000-0000-0000-0000-000000000000")) {
      assertThat(
              new Http(port + path)
                  .send("GET", "/2018-06-01/runtime/invocation/next", "", Map.of())
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(probe.invoke("Process", "{}").path("count").asInt()).isGreaterThan(1);
  }
}

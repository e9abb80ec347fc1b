package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cross-origin requests, sent by {@link RawHttp}: Java's HTTP client cannot set their headers. */
class CorsIT {

  private static final String SHOP = "Origin: https://shop.example\r\n";
  private static final String FOREIGN = "Origin: https://evil.example\r\n";
  private static final String PREFLIGHT = "Access-Control-Request-Method: POST\r\n";

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static Headers send(String request) {
    return RawHttp.send(probe.stack().httpAddress(), request).headers();
  }

  private static String head(String requestLine, String headers) {
    return requestLine + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n";
  }

  @Test
  void answersAPreflightWithoutAFunction() {
    Headers allowed = send(head("OPTIONS /text", SHOP + PREFLIGHT));
    assertThat(allowed.getFirst(RawHttp.STATUS)).isEqualTo("204");
    assertThat(allowed.getFirst("access-control-allow-origin")).isEqualTo("https://shop.example");
    assertThat(allowed.getFirst("access-control-allow-methods")).isEqualTo("GET,POST");
    assertThat(allowed.getFirst("access-control-allow-headers")).isEqualTo("content-type");
    assertThat(allowed.getFirst("access-control-max-age")).isEqualTo("600");
    assertThat(probe.processes("Text")).isEmpty();
  }

  @Test
  void refusesAnotherOrigin() {
    Headers refused = send(head("OPTIONS /text", FOREIGN + PREFLIGHT));
    assertThat(refused.getFirst(RawHttp.STATUS)).isEqualTo("403");
    assertThat(refused.keySet()).noneMatch(name -> name.toLowerCase().startsWith("access-control"));
  }

  @Test
  void opensTheApiByAWildcardOnlyToPagesOfThisMachine() {
    Headers site = send(head("OPTIONS /text", "Origin: http://site.example\r\n" + PREFLIGHT));
    assertThat(site.getFirst(RawHttp.STATUS)).isEqualTo("403");
    Headers machine = send(head("OPTIONS /text", "Origin: http://localhost:5173\r\n" + PREFLIGHT));
    assertThat(machine.getFirst("access-control-allow-origin")).isEqualTo("http://localhost:5173");
  }

  @Test
  void opensNothingElseToTheTemplatesOrigins() {
    for (String path : List.of("/_local/about", "/_local/tokens", "/docs/docs.js")) {
      assertThat(send(head("GET " + path, SHOP)).getFirst(RawHttp.STATUS)).isEqualTo("403");
    }
  }

  @Test
  void routesAnOptionsRequestThatIsNoPreflight() {
    assertThat(send(head("OPTIONS /echo/1", "")).getFirst(RawHttp.STATUS)).isEqualTo("200");
  }

  @Test
  void replacesAFunctionsCorsHeaders() {
    String answer =
        "{\"statusCode\":200,\"headers\":{\"Access-Control-Allow-Origin\":\"*\",\"etag\":\"1\"}}";
    String post =
        "Content-Type: application/octet-stream\r\nContent-Length: " + answer.length() + "\r\n";
    Headers own = send(head("POST /answer", SHOP + post) + answer);
    assertThat(own.get("access-control-allow-origin")).containsExactly("https://shop.example");
    assertThat(own.getFirst("access-control-expose-headers")).isEqualTo("etag");
    assertThat(own.getFirst("vary")).isEqualTo("Origin");
  }

  @Test
  void addsCorsHeadersToTheGatewaysOwnResponses() {
    Headers missing = send(head("GET /nowhere", "Origin: http://localhost:8080\r\n"));
    assertThat(missing.getFirst(RawHttp.STATUS)).isEqualTo("404");
    assertThat(missing.getFirst("access-control-allow-origin")).isEqualTo("http://localhost:8080");
  }
}

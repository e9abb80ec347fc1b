package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API: events and responses in payload format 2.0, limits, and error responses. */
class HttpApiIT {

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return probe.http().send(method, path, body);
  }

  @Test
  void convertsARequestToAnEvent() {
    JsonNode event =
        Http.json(
            probe
                .http()
                .send(
                    "PUT",
                    "/echo/a%20b%2Fc?x=1&x=2&y=%C3%A4+z&empty",
                    "{\"k\":1}",
                    Map.of("X-Custom", "One", "Cookie", "a=1; b=2", "User-Agent", "probe")));
    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("routeKey").asText()).isEqualTo("ANY /echo/{item}");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("x=1&x=2&y=%C3%A4+z&empty");
    assertThat(event.path("queryStringParameters").toString())
        .isEqualTo("{\"x\":\"1,2\",\"y\":\"ä z\",\"empty\":\"\"}");
    assertThat(event.path("pathParameters").toString()).isEqualTo("{\"item\":\"a b/c\"}");
    assertThat(event.path("cookies").toString()).isEqualTo("[\"a=1\",\"b=2\"]");
    assertThat(event.path("headers").path("x-custom").asText()).isEqualTo("One");
    assertThat(event.path("headers").has("cookie")).isFalse();
    assertThat(event.path("body").asText()).isEqualTo("{\"k\":1}");
    assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
    JsonNode context = event.path("requestContext");
    assertThat(context.path("stage").asText()).isEqualTo("$default");
    assertThat(context.path("http").path("method").asText()).isEqualTo("PUT");
    assertThat(context.path("http").path("sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(context.path("http").path("userAgent").asText()).isEqualTo("probe");
    assertThat(context.path("http").path("protocol").asText()).isEqualTo("HTTP/1.1");
    assertThat(context.path("time").asText())
        .matches("\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000");
  }

  @Test
  void encodesABinaryBody() {
    JsonNode event =
        Http.json(
            probe
                .http()
                .send("POST", "/echo", "\u0001", Map.of("content-type", "application/zip")));
    assertThat(event.path("body").asText()).isEqualTo("AQ==");
    assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
  }

  @Test
  void encodesATextThatIsNotUtf8() {
    RawHttp.Answer answer =
        RawHttp.send(
            probe.stack().httpAddress(),
            ("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n\"\u00ff\"")
                .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(answer.body()).contains("\"body\":\"Iv8i\"", "\"isBase64Encoded\":true");
  }

  @Test
  void omitsTheMembersThatARequestLacks() {
    JsonNode event = Http.json(send("GET", "/echo/1", ""));
    assertThat(event.has("body")).isFalse();
    assertThat(event.has("cookies")).isFalse();
    assertThat(event.has("queryStringParameters")).isFalse();
    assertThat(event.path("rawQueryString").asText("none")).isEmpty();
  }

  @Test
  void convertsAFunctionsResponse() {
    HttpResponse<String> response = send("GET", "/response", "");
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().firstValue("x-probe")).contains("yes");
    assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1; Path=/", "b=2");
    assertThat(response.headers().firstValue("content-length")).contains("2");
  }

  @Test
  void usesAResponseWithoutAStatusAsTheBody() {
    HttpResponse<String> text = send("GET", "/text", "");
    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(text.headers().firstValue("content-type")).contains("application/json");
    assertThat(text.body()).isEqualTo("Hello");
  }

  private static HttpResponse<String> answer(String json) {
    return probe
        .http()
        .send("POST", "/answer", json, Map.of("content-type", "application/octet-stream"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "{\"statusCode\":\"abc\"}",
        "{\"statusCode\":99}",
        "{\"statusCode\":200,\"body\":{\"a\":1}}",
        "{\"statusCode\":200,\"headers\":{\"a\":[1]}}",
        "{\"statusCode\":200,\"headers\":{\"a\":\"x\\r\\ny: z\"}}",
        "{\"statusCode\":200,\"body\":\"%\",\"isBase64Encoded\":true}"
      })
  void answers500ForAMalformedResponse(String json) {
    HttpResponse<String> unusable = answer(json);
    assertThat(unusable.statusCode()).isEqualTo(500);
    assertThat(unusable.body()).isEqualTo("{\"message\":\"Internal Server Error\"}");
  }

  @Test
  void computesTheLengthOfABody() {
    HttpResponse<String> response =
        answer(
            "{\"statusCode\":\"202\",\"body\":\"ä\",\"headers\":{\"Content-Length\":7,"
                + "\"transfer-encoding\":\"chunked\",\"x-number\":5}}");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.body()).isEqualTo("ä");
    assertThat(response.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.headers().firstValue("content-length")).contains("2");
    assertThat(response.headers().firstValue("x-number")).contains("5");
    assertThat(answer("{\"statusCode\":204,\"body\":\"none\"}").body()).isEmpty();
  }

  @Test
  void waitsNoLongerThanTheRoutesTimeout() {
    Awaitility.await().until(() -> send("GET", "/lazy", "").statusCode() == 200);
    HttpResponse<String> late = send("GET", "/lazy?slow", "");
    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(late.body()).isEqualTo("{\"message\":\"Service Unavailable\"}");
    assertThat(probe.processes("Hasty")).as("the function continues").isNotEmpty();
  }

  @Test
  void refusesHeadersThatAreTooLarge() {
    String query = "x".repeat(6_000);
    assertThat(send("GET", "/echo/1?" + query, "").statusCode()).isEqualTo(200);
    HttpResponse<String> refused =
        probe.http().send("GET", "/echo/1?" + query, "", Map.of("x-long", "y".repeat(5_000)));
    assertThat(refused.statusCode()).isEqualTo(431);
    assertThat(refused.body()).isEqualTo("{\"message\":\"Request Header Fields Too Large\"}");
  }

  @Test
  void addsTheGatewaysHeaders() {
    JsonNode headers =
        Http.json(probe.http().send("GET", "/echo/1", "", Map.of("X-Forwarded-For", "192.0.2.1")))
            .path("headers");
    assertThat(headers.path("x-forwarded-for").asText()).isEqualTo("192.0.2.1, 127.0.0.1");
    assertThat(headers.path("x-forwarded-proto").asText()).isEqualTo("http");
    assertThat(headers.path("x-amzn-trace-id").asText()).matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24}");
  }

  @Test
  void answers500ForAFunctionThatFailed() {
    HttpResponse<String> failed = send("GET", "/no-start", "");
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(failed.body()).isEqualTo("{\"message\":\"Internal Server Error\"}");
  }

  @Test
  void answers404ForAnUnknownRoute() {
    HttpResponse<String> missing = send("GET", "/nowhere", "");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).isEqualTo("{\"message\":\"Not Found\"}");
  }

  @Test
  void refusesALargeBodyAfterReadingIt() {
    for (int megabytes : new int[] {7, 11}) {
      HttpResponse<String> refused = send("POST", "/echo", "x".repeat(megabytes * 1024 * 1024));
      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(refused.body()).isEqualTo("{\"message\":\"Request Entity Too Large\"}");
    }
  }

  @Test
  void supportsExpectContinueChunkedBodiesAndHead() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI address = URI.create(probe.stack().httpAddress());
    HttpRequest chunkedAfterContinue =
        HttpRequest.newBuilder(address.resolve("/echo"))
            .expectContinue(true)
            .header("content-type", "text/plain")
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(new byte[] {'h', 'i'})))
            .build();
    HttpResponse<String> echo =
        client.send(chunkedAfterContinue, HttpResponse.BodyHandlers.ofString());
    assertThat(Http.json(echo).path("body").asText()).isEqualTo("hi");
    HttpRequest head =
        HttpRequest.newBuilder(address.resolve("/echo/1"))
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> bare = client.send(head, HttpResponse.BodyHandlers.ofString());
    assertThat(bare.statusCode()).isEqualTo(200);
    assertThat(bare.body()).isEmpty();
  }
}

package dev.warmpool.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.local.template.ApiDefinition;
import dev.warmpool.local.template.RouteDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events of requests have API Gateway's members: with a value, null, or absent. */
class RequestEventsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ApiDefinition HTTP_1 =
      new ApiDefinition(ApiDefinition.Format.HTTP_API_1, "$default", List.of());
  private static final ApiDefinition REST =
      new ApiDefinition(ApiDefinition.Format.REST_API, "v1", List.of());

  private static final Optional<Caller> CALLER =
      Optional.of(new Caller(Map.of("groups", List.of("a", "b")), List.of()));

  private HttpServer server;
  private ApiDefinition api = ApiDefinition.HTTP;
  private Optional<Caller> caller = Optional.empty();

  /** Answers a request with its event. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] event = event(exchange);
          exchange.sendResponseHeaders(200, event.length);
          exchange.getResponseBody().write(event);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private byte[] event(HttpExchange exchange) throws IOException {
    boolean named = exchange.getRequestURI().getPath().startsWith("/a/");
    RouteDefinition route =
        new RouteDefinition(
            "POST", named ? "/a/{id}" : "/a", "F", Duration.ofSeconds(1), false, List.of(), api);
    RouteTable.Match match = new RouteTable.Match(route, named ? Map.of("id", "7 8") : Map.of());
    return Payload.of(api).event(exchange, match, exchange.getRequestBody().readAllBytes(), caller);
  }

  private JsonNode full() throws Exception {
    return sent("/a/7%208?q=1&q=2%203&flag", "text/plain", "hello");
  }

  private JsonNode bare() throws Exception {
    return sent("/a", "text/plain", "");
  }

  /** The event of a request, with a sign for what differs from run to run. */
  private JsonNode sent(String target, String type, String body) throws Exception {
    String address = "127.0.0.1:" + server.getAddress().getPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + target))
            .version(HttpClient.Version.HTTP_1_1)
            .header("User-Agent", "test")
            .header("X-Amzn-Trace-Id", "Root=1")
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Cookie", "a=1; b=2").header("X-Forwarded-For", "10.0.0.1");
    }
    String event = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    return JSON.readTree(
        event
            .replace(address, "HOST")
            .replaceAll("\"" + server.getAddress().getPort() + "\"", "\"PORT\"")
            .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
            .replaceAll("(Epoch\":)\\d{13}", "$11")
            .replaceAll("\\d\\d/\\w{3}/\\d{4}:[\\d:]{8} \\+0000", "TIME"));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private static String headers(String more) {
    return """
        'content-length': '%d', 'content-type': 'text/plain', 'host': 'HOST', 'user-agent': 'test',
        'x-amzn-trace-id': 'Root=1', 'x-forwarded-port': 'PORT', 'x-forwarded-proto': 'http',
        """
            .formatted(more.isEmpty() ? 0 : 5)
        + (more.isEmpty() ? "'x-forwarded-for': '127.0.0.1'" : more);
  }

  @Test
  void ofFormat2LeaveOutWhatIsNotThere() throws Exception {
    assertThat(bare())
        .isEqualTo(
            json(
                """
                {'version': '2.0', 'routeKey': 'POST /a', 'rawPath': '/a', 'rawQueryString': '',
                 'headers': {%s}, 'requestContext': %s, 'isBase64Encoded': false}
                """
                    .formatted(headers(""), context2("/a", "POST /a", ""))));
  }

  @Test
  void ofFormat2HaveTheCallersClaims() throws Exception {
    caller = CALLER;
    assertThat(full())
        .isEqualTo(
            json(
                """
                {'version': '2.0', 'routeKey': 'POST /a/{id}', 'rawPath': '/a/7 8',
                 'rawQueryString': 'q=1&q=2%%203&flag', 'cookies': ['a=1', 'b=2'],
                 'headers': {%s}, 'queryStringParameters': {'q': '1,2 3', 'flag': ''},
                 'pathParameters': {'id': '7 8'}, 'requestContext': %s, 'body': 'hello',
                 'isBase64Encoded': false}
                """
                    .formatted(
                        headers("'x-forwarded-for': '10.0.0.1, 127.0.0.1'"),
                        context2(
                            "/a/7 8",
                            "POST /a/{id}",
                            ", 'authorizer': {'jwt': {'claims': {'groups': '[a b]'}, 'scopes':"
                                + " null}}"))));
  }

  private static String context2(String path, String key, String authorizer) {
    return """
        {'accountId': '123456789012', 'apiId': 'local', 'domainName': 'localhost',
         'domainPrefix': 'localhost', 'requestId': 'ID', 'routeKey': '%s', 'stage': '$default',
         'time': 'TIME', 'timeEpoch': 1,
         'http': {'method': 'POST', 'path': '%s', 'protocol': 'HTTP/1.1',
                  'sourceIp': '127.0.0.1', 'userAgent': 'test'}%s}
        """
        .formatted(key, path, authorizer);
  }

  @Test
  void ofFormat1HaveNulls() throws Exception {
    api = HTTP_1;
    JsonNode event = bare();
    assertThat(event.path("requestContext"))
        .isEqualTo(json(context1("POST /a", "/a", "$default", "")));
    assertThat(event.path("version").asText()).isEqualTo("1.0");
    for (String member :
        List.of(
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "pathParameters",
            "stageVariables",
            "body")) {
      assertThat(event.has(member)).as(member).isTrue();
      assertThat(event.path(member).isNull()).as(member).isTrue();
    }
    assertThat(event).hasSize(13);
  }

  @Test
  void ofFormat1HaveTheCallersClaimsWithoutAMemberForItsKind() throws Exception {
    api = HTTP_1;
    caller = CALLER;
    assertThat(full().path("requestContext").path("authorizer"))
        .isEqualTo(json("{'claims': {'groups': '[a b]'}, 'scopes': null}"));
  }

  @Test
  void ofRestApisHaveNoVersion() throws Exception {
    api = REST;
    caller = CALLER;
    JsonNode event = full();
    assertThat(event.path("requestContext").path("authorizer"))
        .isEqualTo(json("{'claims': {'groups': '[a b]'}}"));
    assertThat(event.path("requestContext").path("path").asText()).isEqualTo("/v1/a/7 8");
    assertThat(event.has("version")).isFalse();
    assertThat(event.path("queryStringParameters")).isEqualTo(json("{'q': '2 3', 'flag': ''}"));
    assertThat(event.path("multiValueQueryStringParameters"))
        .isEqualTo(json("{'q': ['1', '2 3'], 'flag': ['']}"));
    assertThat(event.path("multiValueHeaders").path("X-Forwarded-For"))
        .isEqualTo(json("['10.0.0.1, 127.0.0.1']"));
    assertThat(event.path("body").asText()).isEqualTo("hello");
    assertThat(event.path("isBase64Encoded").isBoolean()).isTrue();
    assertThat(event).hasSize(12);
  }

  @Test
  void haveBytesAsBase64() throws Exception {
    for (ApiDefinition each : List.of(ApiDefinition.HTTP, HTTP_1)) {
      api = each;
      JsonNode event = sent("/a/7%208", "application/octet-stream", "hello");
      assertThat(event.path("body").asText()).isEqualTo("aGVsbG8=");
      assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
    }
  }

  private static String context1(String resource, String path, String stage, String authorizer) {
    return """
        {'accountId': '123456789012', 'apiId': 'local', 'domainName': 'localhost',
         'domainPrefix': 'localhost', 'extendedRequestId': 'ID', 'httpMethod': 'POST',
         'path': '%s', 'protocol': 'HTTP/1.1', 'requestId': 'ID', 'requestTime': 'TIME',
         'requestTimeEpoch': 1, 'resourceId': '%s', 'resourcePath': '%s', 'stage': '%s',
         'identity': {'accessKey': null, 'accountId': null, 'caller': null,
           'cognitoAuthenticationProvider': null, 'cognitoAuthenticationType': null,
           'cognitoIdentityId': null, 'cognitoIdentityPoolId': null, 'principalOrgId': null,
           'sourceIp': '127.0.0.1', 'user': null, 'userAgent': 'test', 'userArn': null}%s}
        """
        .formatted(path, resource, path, stage, authorizer);
  }
}

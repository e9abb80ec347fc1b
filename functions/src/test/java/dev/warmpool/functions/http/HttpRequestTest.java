package dev.warmpool.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpRequestTest {

  private static HttpRequest request(String event) throws IOException {
    return HttpRequest.of(Json.read(event), new FakeContext(1_000));
  }

  @Test
  void readsPayloadFormatTwo() throws IOException {
    HttpRequest request =
        request(
            "{\"routeKey\":\"GET /x/{Id}\",\"headers\":{\"X-A\":\"1,2\"},\"cookies\":[\"a=1\",\"b=2\"],"
                + "\"pathParameters\":{\"Id\":\"ä b\"},\"queryStringParameters\":{\"Q\":\"1,2\"},"
                + "\"requestContext\":{\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"ada\"}}}}}");
    assertThat(request.routeKey()).isEqualTo("GET /x/{Id}");
    assertThat(request.header("x-a")).isEqualTo("1,2");
    assertThat(request.cookies()).containsExactly("a=1", "b=2");
    assertThat(request.path()).containsEntry("Id", "ä b");
    assertThat(request.query()).containsEntry("Q", "1,2");
    assertThat(request.caller().claims()).containsEntry("sub", "ada");
  }

  @Test
  void readsAbsentMembersAsEmpty() throws IOException {
    HttpRequest request = request("{\"headers\":null,\"cookies\":{},\"body\":null}");
    assertThat(request.routeKey()).isEqualTo("$default");
    assertThat(request.headers()).isEmpty();
    assertThat(request.cookies()).isEmpty();
    assertThat(request.caller().claims()).isNull();
    assertThat(request.body().text()).isEmpty();
  }

  @Test
  void refusesABodyThatIsNotBase64OfUtf8() throws IOException {
    assertThat(request("{\"body\":\"w6Q=\",\"isBase64Encoded\":true}").body().text())
        .isEqualTo("ä");
    for (String broken : new String[] {"%%", "w6Q", "/w=="}) {
      HttpRequest request = request("{\"body\":\"" + broken + "\",\"isBase64Encoded\":true}");
      if (broken.equals("w6Q")) {
        assertThat(request.body().text()).isEqualTo("ä");
      } else {
        assertThatThrownBy(() -> request.body().text())
            .isInstanceOf(ProblemException.class)
            .hasMessageStartingWith("400 The body is not valid ");
      }
    }
  }

  @Test
  void measuresABodyByTheBytesThatWereSent() throws IOException {
    assertThat(request("{\"body\":\"ää\"}").body().isLargerThan(4)).isFalse();
    assertThat(request("{\"body\":\"ää\"}").body().isLargerThan(3)).isTrue();
    for (String base64 : new String[] {"w6Q=", "w6Q"}) {
      Body body = request("{\"isBase64Encoded\":true,\"body\":\"" + base64 + "\"}").body();
      assertThat(body.isLargerThan(2)).isFalse();
      assertThat(body.isLargerThan(1)).isTrue();
    }
  }

  @Test
  void readsTheCallerOfEachAuthorizer() throws IOException {
    String event = "{\"requestContext\":{\"authorizer\":{%s}}}";
    String token = "\"jwt\":{\"claims\":{\"iss\":\"i\",%s},\"scopes\":%s}";
    assertThat(caller(event.formatted("")).identity()).isEmpty();
    assertThat(caller(event.formatted("\"iam\":{\"userArn\":\"arn:x\"}")).identity())
        .isEqualTo("iam arn:x");
    Caller user = caller(event.formatted(token.formatted("\"sub\":\"u\"", "[\"a\"]")));
    assertThat(user.identity()).isEqualTo("jwt i u");
    assertThat(user.scopes()).containsExactly("a");
    Caller client = caller(event.formatted(token.formatted("\"client_id\":\"c\"", "null")));
    assertThat(client.identity()).isEqualTo("jwt i c");
    Caller one = caller(event.formatted(token.formatted("\"scope\":\"a\"", "[\"a\",\"b\"]")));
    assertThat(one.scopes()).as("the token's, not the route's").containsExactly("a");
    Caller anyone = caller(event.formatted(token.formatted("\"scp\":\"[a b]\"", "null")));
    assertThat(anyone.scopes()).containsExactlyInAnyOrder("a", "b");
    assertThatThrownBy(anyone::identity).hasMessageStartingWith("403 ");
  }

  private static Caller caller(String event) throws IOException {
    return request(event).caller();
  }

  @Test
  void replacesCorrelationIdsThatAreUnsafeToLog() throws IOException {
    assertThat(request("{\"headers\":{\"X-Correlation-Id\":\"a-1._B\"}}").correlationId())
        .isEqualTo("a-1._B");
    for (String other : new String[] {"", "a b", "a\\nb", "ä", "x".repeat(129)}) {
      assertThat(request("{\"headers\":{\"x-correlation-id\":\"" + other + "\"}}").correlationId())
          .isEqualTo("request-1");
    }
  }

  @Test
  void writesHeadersAndCookiesInPayloadFormatTwo() {
    HttpResponse response =
        HttpResponse.typed(200, "text/plain", "ä")
            .with("x-a", "1")
            .withCookie("a=1")
            .withCookie("b=2");
    assertThat(new String(response.payload(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"statusCode\":200,\"headers\":{\"content-type\":\"text/plain\",\"x-a\":\"1\"},"
                + "\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"ä\",\"isBase64Encoded\":false}");
  }
}

package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Invoke API as the AWS CLI and SDKs use it. */
class InvokeApiIT {

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static HttpResponse<String> invoke(String name, String event, String... header) {
    Map<String, String> headers = header.length == 0 ? Map.of() : Map.of(header[0], header[1]);
    String path = "/2015-03-31/functions/" + name + "/invocations";
    return probe.invokeApi().send("POST", path, event, headers);
  }

  private static String error(HttpResponse<String> response) {
    return response.headers().firstValue("x-amzn-errortype").orElse("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Echo",
        "Echo:live",
        "arn:aws:lambda:us-east-1:123456789012:function:Echo",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AEcho%3Alive",
        "123456789012:function:Echo"
      })
  void acceptsEachFormOfAName(String name) {
    HttpResponse<String> answer = invoke(name, "{\"a\":[1,\"ä\"]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"a\":[1,\"ä\"]}");
    assertThat(answer.headers().map())
        .doesNotContainKeys("x-amz-function-error", "x-amz-log-result");
  }

  @ParameterizedTest
  @CsvSource({
    "Echo?Qualifier=live, 200, ''",
    "Echo?Qualifier=%24LATEST, 200, ''",
    "Echo:live?Qualifier=live, 200, ''",
    "Echo?Qualifier=other, 404, ResourceNotFoundException",
    "Echo:other, 404, ResourceNotFoundException",
    "Text?Qualifier=live, 404, ResourceNotFoundException",
    "Echo:live?Qualifier=%24LATEST, 400, InvalidParameterValueException",
    "Echo?Qualifier=a%20b, 400, ValidationException"
  })
  void checksTheQualifier(String call, int status, String type) {
    String[] parts = call.split("\\?", 2);
    String path = "/2015-03-31/functions/" + parts[0] + "/invocations";
    String query = parts.length < 2 ? "" : "?" + parts[1];
    HttpResponse<String> answer = probe.invokeApi().send("POST", path + query, "{}");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer)).isEqualTo(type);
    assertThat(answer.headers().firstValue("x-amzn-requestid")).isPresent();
  }

  @Test
  void passesTheClientContextOn() {
    String json = "{\"custom\":{\"a\":\"ä\"},\n \"client\":{\"app_title\":\"shop\"}}";
    HttpResponse<String> answer = invoke("Called", "{}", "X-Amz-Client-Context", base64(json));
    assertThat(Http.json(answer).path("custom").path("a").asText()).isEqualTo("ä");
    assertThat(Http.json(answer).path("id").asText())
        .isEqualTo(answer.headers().firstValue("x-amzn-requestid").orElseThrow());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void refusesAClientContextThatIsNotOne() {
    String large = base64("{\"custom\":{\"a\":\"%s\"}}".formatted("x".repeat(2_700)));
    for (String header : List.of("%", base64("no JSON"), base64("[1]"), large)) {
      HttpResponse<String> refused = invoke("Called", "{}", "X-Amz-Client-Context", header);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(error(refused)).isEqualTo("InvalidRequestContentException");
    }
  }

  @Test
  void givesEachTenantEnvironmentsOfItsOwn() {
    String one = Http.json(invoke("PerTenant", "{}", "X-Amz-Tenant-Id", "one")).toString();
    assertThat(one).contains("\"tenant\":\"one\"");
    JsonNode two = Http.json(invoke("PerTenant", "{}", "X-Amz-Tenant-Id", "two"));
    assertThat(two.path("tenant").asText()).isEqualTo("two");
    assertThat(probe.processes("PerTenant")).hasSize(2);
    assertThat(Http.json(invoke("PerTenant", "{}", "X-Amz-Tenant-Id", "one")).path("pid"))
        .isEqualTo(Http.tree(one).path("pid"));
  }

  @Test
  void takesATenantWhereTheFunctionHasTenantsAndNowhereElse() {
    assertThat(error(invoke("PerTenant", "{}"))).isEqualTo("InvalidParameterValueException");
    assertThat(error(invoke("Echo", "{}", "X-Amz-Tenant-Id", "one")))
        .isEqualTo("InvalidParameterValueException");
  }

  @Test
  void treatsAnEmptyBodyAsAnEmptyObject() {
    assertThat(invoke("Echo", "").body()).isEqualTo("{}");
  }

  @Test
  void marksAFunctionsError() {
    HttpResponse<String> failed = invoke("Fail", "{\"message\":\"no luck\"}");
    assertThat(failed.statusCode()).isEqualTo(200);
    assertThat(failed.headers().firstValue("x-amz-function-error")).contains("Unhandled");
    assertThat(Http.json(failed).path("errorMessage").asText()).isEqualTo("\"no luck\"");
  }

  @Test
  void answers404ForAnUnknownFunction() {
    HttpResponse<String> unknown = invoke("Unknown", "{}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(error(unknown)).isEqualTo("ResourceNotFoundException");
    assertThat(unknown.body())
        .isEqualTo("{\"Type\":\"User\",\"Message\":\"Function not found: Unknown\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{} {}", "x"})
  void refusesInvalidJson(String event) {
    HttpResponse<String> refused = invoke("Echo", event);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(error(refused)).isEqualTo("InvalidRequestContentException");
  }

  @Test
  void refusesAnEventThatIsTooLarge() {
    String event = "\"" + "x".repeat(6 * 1024 * 1024) + "\"";
    HttpResponse<String> refused = invoke("Echo", event);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(error(refused)).isEqualTo("RequestTooLargeException");
  }

  @Test
  void acceptsAnAsynchronousEventBeforeItRuns() {
    HttpResponse<String> accepted = invoke("Exit", "{}", "X-Amz-Invocation-Type", "Event");
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(accepted.body()).isEmpty();
    Awaitility.await().until(() -> !probe.processes("Exit").isEmpty());
    Awaitility.await().until(() -> probe.processes("Exit").isEmpty());
  }

  @Test
  void runsNothingForADryRun() {
    HttpResponse<String> dry = invoke("Text", "{}", "X-Amz-Invocation-Type", "DryRun");
    assertThat(dry.statusCode()).isEqualTo(204);
    assertThat(probe.processes("Text")).isEmpty();
  }

  @Test
  void refusesAnUnknownInvocationType() {
    HttpResponse<String> refused = invoke("Text", "{}", "X-Amz-Invocation-Type", "Later");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(error(refused)).isEqualTo("InvalidParameterValueException");
  }

  @Test
  void returnsTheTailOfTheLog() {
    HttpResponse<String> answer = invoke("Print", "3", "X-Amz-Log-Type", "Tail");
    String encoded = answer.headers().firstValue("x-amz-log-result").orElseThrow();
    String log = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    assertThat(log.lines().toList())
        .hasSizeGreaterThanOrEqualTo(7)
        .contains("line 1 ä", "line 2 ä", "line 3 ä", "no end")
        .last()
        .asString()
        .startsWith("REPORT RequestId: ");
  }

  @Test
  void refusesInvocationsPastTheReservedConcurrency() {
    CompletableFuture<HttpResponse<String>> first =
        CompletableFuture.supplyAsync(() -> invoke("Brief", "{\"millis\":700}"));
    Awaitility.await().until(() -> !probe.processes("Brief").isEmpty());
    HttpResponse<String> refused = invoke("Brief", "{}");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(error(refused)).isEqualTo("TooManyRequestsException");
    assertThat(first.join().statusCode()).isEqualTo(200);
  }
}

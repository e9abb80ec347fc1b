package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Schedules, fired on demand and by their expressions. */
class SchedulesIT {

  private static final String PATH = "/_local/schedules";

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static HttpResponse<String> fire(String name) {
    return probe.http().send("POST", PATH + "/" + name, "");
  }

  @Test
  void sendsExactlyTheInput() {
    HttpResponse<String> fired = fire("WithInput");
    assertThat(fired.statusCode()).isEqualTo(200);
    assertThat(fired.body()).isEqualTo("{\"a\":[1,\"x\"]}");
  }

  @Test
  void sendsTheEventOfARule() {
    JsonNode event = Http.json(fire("Rule"));
    assertThat(event.path("source").asText()).isEqualTo("aws.events");
    assertThat(event.path("detail-type").asText()).isEqualTo("Scheduled Event");
    assertThat(event.path("detail").toString()).isEqualTo("{}");
    assertThat(event.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void sendsTheSchedulersDetailAsAString() {
    JsonNode event = Http.json(fire("Echo.Twice"));
    assertThat(event.path("source").asText()).isEqualTo("aws.scheduler");
    assertThat(event.path("detail").isTextual()).isTrue();
    assertThat(event.path("detail").asText()).isEqualTo("{}");
  }

  @Test
  void firesByTheExpressionWithLocalSchedules() {
    try (ProbeStack timed =
        ProbeStack.start(Map.of("POSTGRES_HOST", "none", "LOCAL_SCHEDULES", "true"))) {
      Awaitility.await().until(() -> !timed.processes("Print").isEmpty());
    }
    assertThat(probe.processes("Print")).as("without the setting").isEmpty();
  }

  @Test
  void returnsTheFunctionsError() {
    HttpResponse<String> failed = fire("Fail.Twice");
    assertThat(failed.statusCode()).isEqualTo(502);
    assertThat(Http.json(failed).path("errorMessage").asText()).isEqualTo("\"no luck\"");
  }

  @Test
  void listsTheSchedulesForAnUnknownOrAmbiguousName() {
    for (String name : new String[] {"Never", "Twice"}) {
      HttpResponse<String> unknown = fire(name);
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.headers().firstValue("content-type")).contains("application/problem+json");
      assertThat(Http.json(unknown).path("detail").asText())
          .contains(PATH + "/WithInput", PATH + "/Echo.Twice", PATH + "/Fail.Twice");
    }
  }

  @Test
  void listsAllSchedules() {
    HttpResponse<String> list = probe.http().get(PATH);
    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(Http.json(list).findValuesAsText("name"))
        .containsExactlyInAnyOrder("WithInput", "Rule", "Soon", "Echo.Twice", "Fail.Twice");
  }
}

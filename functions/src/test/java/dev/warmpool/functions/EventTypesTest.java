package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.tests.EventLoader;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.http.HttpRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The event files as AWS's own types read them, and as the functions do. */
class EventTypesTest {

  private static final Path EVENTS = Path.of("../events");

  private static List<String> files(String function) throws IOException {
    try (Stream<Path> files = Files.list(EVENTS)) {
      List<String> found =
          files.map(Path::toString).filter(name -> name.contains(function + "-")).toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  static List<String> requests() throws IOException {
    return files("HttpFunction");
  }

  static List<String> messages() throws IOException {
    return files("CleanupWorker");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void ofRequestsAreReadAlike(String file) throws Exception {
    APIGatewayV2HTTPEvent event = EventLoader.loadApiGatewayHttpEvent(file);
    JsonNode json = Json.read(Files.readAllBytes(Path.of(file)));
    HttpRequest request = HttpRequest.of(json, new FakeContext(1_000));

    assertThat(event.getVersion()).isEqualTo("2.0");
    assertThat(event.getRouteKey()).isEqualTo(request.routeKey());
    assertThat(event.getRequestContext().getRouteKey()).isEqualTo(request.routeKey());
    assertThat(event.getRequestContext().getHttp().getPath()).isEqualTo(event.getRawPath());
    assertThat(request.path()).isEqualTo(orEmpty(event.getPathParameters()));
    assertThat(request.query()).isEqualTo(orEmpty(event.getQueryStringParameters()));
    assertThat(request.headers()).containsAllEntriesOf(event.getHeaders());
    assertThat(event.getIsBase64Encoded()).isFalse();
    assertThat(request.body().text()).isEqualTo(Objects.requireNonNullElse(event.getBody(), ""));
  }

  @Test
  void ofTheTestsAreThatType() {
    byte[] built =
        Event.of("GET /users/{id}").id(7).with("query", "limit", "1").claim("sub", "ada").bytes();
    APIGatewayV2HTTPEvent event =
        LambdaEventSerializers.serializerFor(
                APIGatewayV2HTTPEvent.class, EventTypesTest.class.getClassLoader())
            .fromJson(new ByteArrayInputStream(built));

    assertThat(event.getVersion()).isEqualTo("2.0");
    assertThat(event.getRouteKey()).isEqualTo("GET /users/{id}");
    assertThat(event.getHeaders()).containsEntry("host", "localhost");
    assertThat(event.getPathParameters()).isEqualTo(Map.of("id", "7"));
    assertThat(event.getQueryStringParameters()).isEqualTo(Map.of("limit", "1"));
    assertThat(event.getRequestContext().getAuthorizer().getJwt().getClaims())
        .isEqualTo(Map.of("sub", "ada"));
    assertThat(event.getRequestContext().getStage()).isEqualTo("$default");
  }

  private static Map<String, String> orEmpty(Map<String, String> parameters) {
    return Objects.requireNonNullElse(parameters, Map.of());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void ofQueuesHaveWhatSqsGives(String file) throws Exception {
    SQSEvent event = EventLoader.loadSQSEvent(file);

    assertThat(event.getRecords()).isNotEmpty();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      byte[] body = message.getBody().getBytes(StandardCharsets.UTF_8);
      assertThat(message.getMd5OfBody())
          .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body)));
      assertThat(message.getAttributes()).containsKey("ApproximateReceiveCount");
      assertThat(message.getEventSource()).isEqualTo("aws:sqs");
      assertThat(message.getEventSourceArn()).endsWith(":CleanupQueue");
      assertThat(message.getAwsRegion()).isEqualTo(message.getEventSourceArn().split(":")[3]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cleanup-rule-without-input", "Cleanup-purge-deleted-users"})
  void ofRulesAreScheduledEvents(String file) {
    ScheduledEvent event =
        EventLoader.loadScheduledEvent(EVENTS.resolve(file + ".json").toString());

    assertThat(event.getDetailType()).isEqualTo("Scheduled Event");
    assertThat(event.getId()).isNotBlank();
    assertThat(event.getRegion()).isEqualTo(event.getResources().get(0).split(":")[3]);
    assertThat(event.getDetail()).isNotNull();
  }
}

package dev.warmpool.functions.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceAnswerTest {

  private static ObjectNode event() {
    ObjectNode event =
        Json.object()
            .put("RequestType", "Create")
            .put("ResourceType", "Custom::Migration")
            .put("ResponseURL", "https://bucket.example/key?X-Amz-Signature=s")
            .put("StackId", "arn:aws:cloudformation:eu-central-1:1:stack/s/1")
            .put("RequestId", "r")
            .put("LogicalResourceId", "MigrateSchemas");
    event.putObject("ResourceProperties");
    return event;
  }

  private static JsonNode failed(String reason) {
    return ResourceAnswer.failed(reason, Map.of("Failed", "1"))
        .json(ResourceRequest.of(event()), "id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "ö", "€", "\uD83D\uDE00", "\n", "\uD83D"})
  void cutsAReasonToWhatCloudFormationAccepts(String character) {
    for (int length : new int[] {500, 3_500, 4_000, 5_000, 100_000}) {
      JsonNode answer = failed(character.repeat(length));
      int bytes = Json.bytes(answer).length;
      assertThat(bytes).isLessThanOrEqualTo(ResourceAnswer.MAX_BYTES);
      if (answer.path("Reason").textValue().endsWith("…")) {
        assertThat(bytes).isGreaterThan(ResourceAnswer.MAX_BYTES - 20);
      } else {
        assertThat(answer.path("Reason").textValue()).hasSize(length);
      }
    }
  }

  @Test
  void keepsThePhysicalId() {
    ResourceAnswer answer = ResourceAnswer.success(Map.of());
    assertThat(answer.json(ResourceRequest.of(event()), "new").path("PhysicalResourceId").asText())
        .isEqualTo("new");
    JsonNode update = event().put("RequestType", "Update").put("PhysicalResourceId", "old");
    assertThat(answer.json(ResourceRequest.of(update), "new").path("PhysicalResourceId").asText())
        .isEqualTo("old");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://bucket.example/key",
        "http://127.0.0.1.example/key",
        "ftp://127.0.0.1/key",
        "file:///etc/passwd",
        "https:key",
        "//bucket.example/key",
        "https://a b"
      })
  void refusesAnAddressThatIsNotOfCloudFormation(String url) {
    JsonNode event = event().put("ResponseURL", url);
    assertThatThrownBy(() -> ResourceRequest.of(event))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ResponseURL must be an https URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RequestType",
        "ResourceType",
        "ResponseURL",
        "StackId",
        "RequestId",
        "LogicalResourceId",
        "ResourceProperties"
      })
  void refusesARequestThatLacksAMember(String member) {
    ObjectNode event = event();
    event.remove(member);
    assertThatThrownBy(() -> ResourceRequest.of(event))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(member + " must be");
  }
}

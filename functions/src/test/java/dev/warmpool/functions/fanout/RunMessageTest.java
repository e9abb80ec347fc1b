package dev.warmpool.functions.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunMessageTest {

  private static final UUID RUN = UUID.randomUUID();

  @Test
  void dividesTenantsAmongMessagesOfAHundred() {
    List<String> tenants = IntStream.range(0, 250).mapToObj(i -> "t" + i).toList();
    List<RunMessage> messages = RunMessage.divide(RUN, tenants);
    assertThat(messages)
        .extracting(message -> message.tenants().size())
        .containsExactly(100, 100, 50);
    assertThat(messages.stream().flatMap(message -> message.tenants().stream()))
        .containsExactlyElementsOf(tenants);
  }

  @Test
  void readsItsOwnBody() {
    RunMessage message = new RunMessage(RUN, List.of("b", "a"));
    assertThat(RunMessage.of(message.message(Map.of()).body())).isEqualTo(message);
  }

  /** A hundred of the longest names, ten times, are far below the 256 KB of a call. */
  @Test
  void staysSmallWithTheLongestNames() {
    List<String> names = IntStream.range(100, 200).mapToObj(i -> "x".repeat(60) + i).toList();
    assertThat(new RunMessage(RUN, names).message(Map.of()).body()).hasSizeLessThan(7_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|it is not a JSON object",
        "{|it is not a JSON object",
        "[]|it is not a JSON object",
        "{\"Records\":[{\"eventSource\":\"aws:s3\"}]}|Records unknown",
        "{\"Type\":\"Notification\",\"Message\":\"secret\"}|Type, Message unknown",
        "{\"run\":\"x\",\"tenants\":[\"secret\"]}|run must be a run's id",
        "{\"tenants\":[\"secret\"]}|run must be a run's id",
      })
  void refusesOtherBodiesWithoutQuotingThem(String body, String reason) {
    assertThatThrownBy(() -> RunMessage.of(body))
        .isInstanceOf(RefusedMessageException.class)
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[]", "{}", "null", "[1]", "[\"a\",\"a\"]", "\"a\""})
  void refusesTenantsThatAreNone(String tenants) {
    assertThatThrownBy(() -> RunMessage.of("{\"run\":\"" + RUN + "\",\"tenants\":" + tenants + "}"))
        .hasMessage("tenants must be an array of 1 to 100 names, each once");
  }
}

package dev.warmpool.functions.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.functions.fanout.MessageQueue.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanOutSettingsTest {

  private static final String URL = "http://127.0.0.1:1/queue/work";

  @Test
  void hasAThresholdOfTwentyFiveAndNoQueuesByDefault() {
    FanOutSettings settings = FanOutSettings.from(Map.of(), "CLEANUP");
    assertThat(settings.isExceeded(25)).isFalse();
    assertThat(settings.isExceeded(26)).isTrue();
    assertThat(settings.queue()).isEmpty();
    assertThat(settings.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "2.5", "10001", "99999999999"})
  void refusesAThresholdThatIsNone(String threshold) {
    assertThatThrownBy(() -> FanOutSettings.from(Map.of("FANOUT_THRESHOLD", threshold), "CLEANUP"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("FANOUT_THRESHOLD is '%s': must be a whole number from 0 to 10000", threshold);
  }

  @Test
  void refusesAnAddressThatIsNoQueues() {
    assertThatThrownBy(() -> FanOutSettings.from(Map.of("CLEANUP_QUEUE_URL", "work"), "CLEANUP"))
        .hasMessage("CLEANUP_QUEUE_URL is 'work': must be the URL of a queue");
  }

  /**
   * The settings are read by each function that could fan out, the client is made by one that does.
   */
  @Test
  void makesTheClientWhenTheFirstMessageIsSent() {
    MessageQueue queue =
        FanOutSettings.from(Map.of("CLEANUP_QUEUE_URL", URL), "CLEANUP").queue().orElseThrow();
    assertThatThrownBy(() -> queue.send(List.of(new Message("{}", Map.of()))).block())
        .hasMessage("AWS_REGION is not set: it is the region of the queue in CLEANUP_QUEUE_URL");
  }
}

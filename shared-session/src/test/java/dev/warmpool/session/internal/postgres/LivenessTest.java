package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LivenessTest {

  private Instant now = Instant.now();
  private final Liveness liveness = new Liveness(() -> now, Duration.ZERO);

  @Test
  void isRecentAfterAnAnswer() {
    assertThat(liveness.isRecent()).isTrue();
  }

  /** The process was frozen, and its own clock has stood still. */
  @Test
  void isNotRecentIfTheWallClockHasMovedOnAlone() {
    now = now.plusMillis(200);
    assertThat(liveness.isRecent()).isFalse();
    now = now.plusSeconds(3_600);
    assertThat(liveness.isRecent()).isFalse();
  }

  @Test
  void isNotRecentIfTheWallClockWasSetBack() {
    now = now.minusSeconds(10);
    assertThat(liveness.isRecent()).isFalse();
  }

  @Test
  void isNotRecentIfOpeningTheConnectionTookLong() {
    assertThat(new Liveness(() -> now, Duration.ofMillis(600)).isRecent()).isFalse();
  }

  /** An answer can be read long after it has come. */
  @Test
  void countsFromTheMomentAtWhichTheResetWasSent() {
    Liveness.Moment sent = liveness.sent();
    assertThat(liveness.isAnswered()).isFalse();
    now = now.plusSeconds(10);
    liveness.answered(sent);
    assertThat(liveness.isAnswered()).isTrue();
    assertThat(liveness.isRecent()).isFalse();
  }

  @Test
  void isNotAnsweredByTheAnswerToAnEarlierReset() {
    Liveness.Moment earlier = liveness.sent();
    liveness.sent();
    liveness.answered(earlier);
    assertThat(liveness.isAnswered()).isFalse();
  }
}

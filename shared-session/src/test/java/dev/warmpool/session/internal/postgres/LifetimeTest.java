package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LifetimeTest {

  private Instant now = Instant.EPOCH;

  @Test
  void tellsItsFactsForALog() {
    Lifetime lifetime = new Lifetime(() -> now, Duration.ofHours(1), Duration.ZERO);
    now = now.plusSeconds(310);
    lifetime.touch();
    now = now.plusMillis(302_440);

    assertThat(lifetime.facts()).isEqualTo("612.4 s old, unused for 302.4 s");
  }
}

package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The range of deadlines and of their grace. */
class DeadlineTest {

  @Test
  void takesEveryInstant() {
    assertThat(new Deadline(Instant.MAX).remaining()).isGreaterThan(Duration.ofDays(1_000_000));
    assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).at()).isEqualTo(Instant.MAX);
    assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE)).isPast()).isTrue();
    assertThat(new Deadline(Instant.MIN).remaining()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.401S"})
  void refusesAGraceOutOfRange(String grace) {
    Duration given = Duration.parse(grace);

    assertThatThrownBy(() -> new Deadline(Instant.now(), given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the grace of a deadline is " + given + ": must be more than 0, at most PT0.4S");
  }
}

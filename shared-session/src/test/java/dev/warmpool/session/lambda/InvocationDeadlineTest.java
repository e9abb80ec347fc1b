package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Splits an invocation's remaining time. */
class InvocationDeadlineTest {

  private static Context withRemaining(int millis) {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> millis);
  }

  @ParameterizedTest
  @CsvSource({"900000, 899500, 400", "1000, 500, 400", "400, 200, 160", "100, 50, 40", "0, 0, 1"})
  void leavesTimeToCleanUpAndAnswer(int remaining, int deadline, int grace) {
    Deadline left = InvocationDeadline.of(withRemaining(remaining));
    assertThat(left.remaining()).isBetween(atLeast(deadline), Duration.ofMillis(deadline));
    assertThat(left.grace()).isEqualTo(Duration.ofMillis(grace));
  }

  @ParameterizedTest
  @CsvSource({"900000, 899900", "1000, 900", "400, 360", "100, 90", "0, 1", "-5, 1"})
  void waitsForAResultUntilTheGraceHasPassed(int remaining, int limit) {
    assertThat(InvocationDeadline.limit(withRemaining(remaining)))
        .isEqualTo(Duration.ofMillis(limit));
  }

  @ParameterizedTest
  @CsvSource({"900000, 500", "1000, 500", "100, 50", "0, 0", "-5, 0"})
  void endsAnInvocationInHalfOfItsTime(int remaining, int end) {
    assertThat(InvocationDeadline.end(withRemaining(remaining))).isEqualTo(Duration.ofMillis(end));
  }

  private static Duration atLeast(int millis) {
    return Duration.ofMillis(Math.max(0, millis - 100));
  }
}

package dev.warmpool.session.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import dev.warmpool.session.internal.run.TimeBudget.Way;
import dev.warmpool.session.lambda.InvocationDeadline;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adds up the steps of a session's end. */
class TimeBudgetTest {

  private static Context withRemaining(int millis) {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> millis);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 200, 400, 999, 1_000, 3_000, 15_000, 900_000})
  void endsEveryWayWithinTheTimeThatTheInvocationKeepsBack(int remaining) {
    InvocationDeadline.of(withRemaining(remaining)); // loads classes before the clock is read
    Instant killed = Instant.now().plusMillis(remaining);
    Deadline deadline = InvocationDeadline.of(withRemaining(remaining));
    Duration keptBack = Duration.between(deadline.at(), killed);

    for (Way way : Way.values()) {
      assertThat(new TimeBudget(deadline).of(way))
          .as(way.name())
          .isLessThan(keptBack)
          .isLessThanOrEqualTo(deadline.grace());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 200, 400})
  void shortensAllStepsInProportion(int graceMillis) {
    TimeBudget shorter =
        new TimeBudget(new Deadline(Instant.now(), Duration.ofMillis(graceMillis)));
    TimeBudget whole = new TimeBudget(new Deadline(Instant.now()));

    for (Step step : Step.values()) {
      assertThat(shorter.of(step)).isPositive();
      assertThat(shorter.of(step).multipliedBy(400))
          .isEqualTo(whole.of(step).multipliedBy(graceMillis));
    }
  }
}

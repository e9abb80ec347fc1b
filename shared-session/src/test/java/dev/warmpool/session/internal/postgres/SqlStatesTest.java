package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Tells an error of the client from a lost connection, which the driver does not. */
class SqlStatesTest {

  private static R2dbcException asTheDriver(String state, Throwable cause) {
    return new R2dbcNonTransientResourceException("Cannot connect", state, 0, null, cause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"08003", "08006"})
  void takesAnErrorOfTheClientForNoLostConnection(String state) {
    Throwable error = asTheDriver(state, new IllegalArgumentException("password is empty"));

    assertThat(SqlStates.isWorthConnectingAgain(error)).isFalse();
    assertThat(SqlStates.isConnectionLoss(error)).isFalse();
    assertThat(SqlStates.whyNotConnected(error))
        .isEqualTo(
            state
                + " connection closed by the client after IllegalArgumentException: password is"
                + " empty");
  }

  /** Whatever broke the connection behind a COMMIT, its outcome is unknown. */
  @Test
  void takesAnErrorOfTheClientForNoAnswer() {
    assertThat(SqlStates.isWithoutAnswer(asTheDriver("08006", new ClassCastException()))).isTrue();
  }

  @Test
  void takesAnErrorOfTheNetworkForALostConnection() {
    Throwable[] causes = {
      new IOException("reset"), new IllegalStateException(new IOException("reset")), null
    };
    for (Throwable cause : causes) {
      Throwable error = asTheDriver("08006", cause);
      assertThat(SqlStates.isConnectionLoss(error)).isTrue();
      assertThat(SqlStates.isWorthConnectingAgain(error)).isTrue();
    }
    assertThat(SqlStates.isConnectionLoss(new TimeoutException())).isTrue();
    assertThat(SqlStates.isConnectionLoss(new IllegalArgumentException())).isFalse();
  }

  @Test
  void saysHowLongAServerWasSilentInsteadOfNamingAnOperator() {
    Throwable error =
        Mono.never().timeout(Duration.ofMillis(1)).materialize().block().getThrowable();

    assertThat(SqlStates.whyNotConnected(error)).startsWith("no answer within 1 ms: check ");
  }
}

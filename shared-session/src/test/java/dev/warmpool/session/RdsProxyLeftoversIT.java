package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.testkit.FakeRdsProxy;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrix through a pooler that pins clients as RDS Proxy does. */
class RdsProxyLeftoversIT extends LeftoverMatrix {

  private static final int BACKENDS = 2;

  private @Nullable FakeRdsProxy proxy;

  @Override
  Map<String, String> changes() {
    proxy = FakeRdsProxy.to(DATABASE.server().port(), BACKENDS);
    return Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "POSTGRES_POOLER", "rds-proxy");
  }

  /** No view of the server shows that {@code lastval()} has a value: a known remainder. */
  @Override
  Set<Leftover> remainders() {
    return Set.of(Leftover.LAST_VALUE);
  }

  @Override
  boolean isDirect() {
    return false;
  }

  @AfterAll
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
  }

  /** The control: without the library, each kind reaches a transaction of another client. */
  @ParameterizedTest
  @MethodSource("leftovers")
  void crossesWithoutTheReset(Leftover leftover) {
    assertCrosses(leftover, leftover.leave());
  }

  /** The same from a transaction with a role. */
  @ParameterizedTest
  @MethodSource("leftovers")
  void crossesFromARoleWithoutTheReset(Leftover leftover) {
    assertCrosses(leftover, Leftover.boundByHand() + leftover.leave());
  }

  private static void assertCrosses(Leftover leftover, String leave) {
    try (FakeRdsProxy other = FakeRdsProxy.to(DATABASE.server().port(), BACKENDS);
        RawClient next = new RawClient(other.port())) {
      String before = next.transaction(leftover.trace());
      try (RawClient leaving = new RawClient(other.port())) {
        leaving.transaction(leave);
      }
      // the proxy lets the connection go only when it has seen that the other has left
      Set<String> seen = new TreeSet<>(Set.of(String.valueOf(before)));
      await()
          .untilAsserted(
              () -> {
                seen.add(String.valueOf(next.transaction(leftover.trace())));
                assertThat(seen).hasSize(2);
              });
    }
  }
}

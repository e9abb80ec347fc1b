package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PgBouncer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrix through PgBouncer in transaction mode, with one connection to the server. */
class PgBouncerLeftoversIT extends LeftoverMatrix {

  private @Nullable PgBouncer bouncer;

  @Override
  Map<String, String> changes() {
    PgBouncer.assumeInstalled();
    bouncer = PgBouncer.to(DATABASE.server().port(), LOGIN);
    return Map.of(
        "POSTGRES_PORT", Integer.toString(bouncer.port()), "POSTGRES_POOLER", "pgbouncer");
  }

  @Override
  boolean isDirect() {
    return false;
  }

  @AfterAll
  void stop() {
    if (bouncer != null) {
      bouncer.close();
    }
  }

  /** The control: without the library, each kind reaches a later transaction. */
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
    try (PgBouncer other = PgBouncer.to(DATABASE.server().port(), LOGIN);
        RawClient client = new RawClient(other.port())) {
      String before = client.transaction(leftover.trace());
      client.transaction(leave);
      assertThat(client.transaction(leftover.trace())).isNotEqualTo(before);
    }
  }

  /** The text gives the server's connection away; with one, the reset still reaches it. */
  @ParameterizedTest
  @MethodSource("leftovers")
  void resetsBehindATextThatCommits(Leftover leftover) {
    assertThatThrownBy(() -> execute(leftover.leave() + ";COMMIT"))
        .isInstanceOf(TransactionControlException.class);

    assertClean();
  }
}

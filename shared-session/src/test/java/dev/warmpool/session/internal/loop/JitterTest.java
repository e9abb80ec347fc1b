package dev.warmpool.session.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class JitterTest {

  private static final long MILLIS = 1_000_000_000;

  private static long drawn(long moment) {
    return Jitter.shortened(MILLIS, 0.5, moment);
  }

  /** Equal draws in a row show that nothing in memory, hence nothing in a snapshot, counts. */
  @Test
  void dependsOnTheMomentAlone() {
    assertThat(drawn(42)).isEqualTo(drawn(42));
  }

  @Test
  void differsBetweenTwoRestoresOfOneSnapshotThatAreANanosecondApart() {
    Set<Long> drawn =
        LongStream.range(0, 1_000).mapToObj(JitterTest::drawn).collect(Collectors.toSet());

    assertThat(drawn).hasSize(1_000);
  }

  @Test
  void fillsTheWholeRange() {
    long[] drawn = LongStream.range(0, 1_000).map(JitterTest::drawn).sorted().toArray();

    assertThat(drawn[0]).isBetween(MILLIS / 2, MILLIS / 100 * 51);
    assertThat(drawn[999]).isBetween(MILLIS / 100 * 99, MILLIS);
    assertThat(drawn[500]).isBetween(MILLIS / 100 * 72, MILLIS / 100 * 78);
  }

  @Test
  void differsFromDrawToDraw() {
    assertThat(Jitter.shortened(MILLIS, 0.5)).isNotEqualTo(Jitter.shortened(MILLIS, 0.5));
  }
}

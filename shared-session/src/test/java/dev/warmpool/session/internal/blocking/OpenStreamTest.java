package dev.warmpool.session.internal.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.settings.LoopMode;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class OpenStreamTest {

  private static final int ROWS = 1_000_000;

  private final WaitingRun run =
      new WaitingRun(EventLoops.of(LoopMode.CALLER), SessionOptions.standard());

  /** Rows come on another thread, also in the moment in which the reader asks for more. */
  @Test
  void readsEachRowThatAnotherThreadReceives() {
    Flux<Integer> rows = Flux.range(0, ROWS).subscribeOn(Schedulers.single());

    long read =
        StreamSupport.stream(new OpenStream<>(run, "SELECT", rows), false)
            .mapToInt(row -> row)
            .filter(row -> row >= 0)
            .count();

    assertThat(read).isEqualTo(ROWS);
  }
}

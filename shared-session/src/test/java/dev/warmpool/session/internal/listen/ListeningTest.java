package dev.warmpool.session.internal.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ListeningTest {

  /** One object serves all sessions, and no publisher is wrapped. */
  @Test
  void addsNothingToSessionsWithoutAListener() {
    SessionEvents events = Listening.NONE.begin(SessionOptions.standard());
    Mono<Void> publisher = Mono.never();

    assertThat(Listening.NONE.begin(SessionOptions.standard())).isSameAs(events);
    assertThat(events.opening(publisher)).isSameAs(publisher);
    assertThat(events.completing(publisher)).isSameAs(publisher);
    assertThat(events.abandoning(publisher)).isSameAs(publisher);
  }
}

package dev.warmpool.session.internal.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class ListeningTest {

  /** One object serves all sessions, and no publisher is wrapped. */
  @Test
  void addsNothingToSessionsWithoutAListener() {
    SessionEvents events = Listening.NONE.begin(SessionOptions.standard());
    Flux<Object> answers = Flux.never();

    assertThat(Listening.NONE.begin(SessionOptions.standard())).isSameAs(events);
    assertThat(events.sending("SELECT 1", answers)).isSameAs(answers);
  }
}

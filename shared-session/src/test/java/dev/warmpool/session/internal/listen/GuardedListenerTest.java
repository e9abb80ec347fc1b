package dev.warmpool.session.internal.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warmpool.session.SessionListener;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuardedListenerTest {

  private final List<String> heard = new ArrayList<>();

  private SessionListener failing(Throwable error) {
    return (SessionListener)
        Proxy.newProxyInstance(
            SessionListener.class.getClassLoader(),
            new Class<?>[] {SessionListener.class},
            (proxy, method, arguments) -> {
              heard.add(method.getName());
              throw error;
            });
  }

  /** Whichever event it is: an error there would take the place of a commit's outcome. */
  @Test
  void passesOnEachEventAndNoError() {
    Method[] events = SessionListener.class.getMethods();
    for (Throwable error : List.of(new IllegalStateException("x"), new StackOverflowError())) {
      heard.clear();
      GuardedListener guarded = new GuardedListener(failing(error));
      for (Method event : events) {
        assertThatCode(() -> event.invoke(guarded, new Object[event.getParameterCount()]))
            .as(event.getName())
            .doesNotThrowAnyException();
      }
      assertThat(heard).containsExactlyElementsOf(Stream.of(events).map(Method::getName).toList());
    }
  }
}

package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOrigin;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sees to it that no session outlives its invocation: it would be frozen with a transaction. */
final class EndOfInvocation {

  /** What a cancelled session's clean-up takes; only what outlasts it was left running. */
  private static final Duration GRACE = Duration.ofMillis(250);

  private static final boolean CONCURRENT = isConcurrent(System.getenv(Lambda.MAX_CONCURRENCY));

  private EndOfInvocation() {}

  private static boolean isConcurrent(@Nullable String concurrency) {
    return concurrency != null && !concurrency.isBlank();
  }

  static int check(SessionManager sessions) {
    if (sessions.stats().sessions() == 0) {
      return 0;
    }
    Thread own = Thread.currentThread();
    return check(sessions, origin -> !CONCURRENT || origin.thread() == own);
  }

  static int check(SessionManager sessions, Predicate<SessionOrigin> ofInvocation) {
    List<SessionOrigin> strays =
        sessions.endStrays(ofInvocation, GRACE).collectList().blockOptional().orElse(List.of());
    strays.forEach(EndOfInvocation::report);
    return strays.size();
  }

  /** The logger is looked up here, for a start should not wait for it. */
  private static void report(SessionOrigin stray) {
    LoggerFactory.getLogger(EndOfInvocation.class)
        .error("a session outlived its invocation and was rolled back: wait for its end", stray);
  }
}

package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOrigin;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Ends sessions that outlive their invocation, which would be frozen with a transaction open. */
final class EndOfInvocation {

  /** The longest clean-up of a cancelled session. A session that takes longer was left running. */
  private static final Duration GRACE = Duration.ofMillis(250);

  /** More than the grace and the rollback of the sessions that were left running together. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final boolean CONCURRENT = isConcurrent(System.getenv(Lambda.MAX_CONCURRENCY));

  private EndOfInvocation() {}

  private static boolean isConcurrent(@Nullable String concurrency) {
    return concurrency != null && !concurrency.isBlank();
  }

  /** Ends the sessions of this invocation; returns how many were ended. */
  static int check(SessionManager sessions) {
    if (sessions.stats().sessions() == 0) {
      return 0;
    }
    Thread own = Thread.currentThread();
    return check(sessions, origin -> !CONCURRENT || origin.thread() == own);
  }

  /** Ends the sessions with these origins; returns how many were ended. */
  static int check(SessionManager sessions, Predicate<SessionOrigin> ofInvocation) {
    List<SessionOrigin> strays =
        sessions.await(sessions.endStrays(ofInvocation, GRACE).collectList(), LIMIT);
    if (strays == null) {
      return 0;
    }
    strays.forEach(EndOfInvocation::report);
    return strays.size();
  }

  /** Looks up the logger only here, because the lookup takes time at a cold start. */
  private static void report(SessionOrigin stray) {
    LoggerFactory.getLogger(EndOfInvocation.class)
        .error("a session outlived its invocation and was rolled back: wait for its end", stray);
  }
}

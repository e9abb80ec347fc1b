package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** Ends sessions that outlive their invocation, which would be frozen with a transaction open. */
final class EndOfInvocation {

  /** The longest end: half for sessions to end by themselves, half for their rollback. */
  static final Duration MOST = Duration.ofMillis(500);

  /** The manager keeps to the limit itself; a shorter wait would lose its answer. */
  private static final Duration SLACK = Duration.ofMillis(100);

  /** Whether other sessions than those of one invocation may be in flight. */
  static final boolean CONCURRENT = SessionSettings.isConcurrent(System.getenv());

  private EndOfInvocation() {}

  /** Ends the sessions of this invocation within this time; returns how many were ended. */
  static int end(SessionManager sessions, Duration limit) {
    if (sessions.stats().sessions() == 0) {
      return 0;
    }
    Thread own = Thread.currentThread();
    return end(sessions, limit, origin -> !CONCURRENT || origin.thread() == own);
  }

  /** Ends the sessions with these origins; returns how many were ended. Never throws. */
  static int end(SessionManager sessions, Duration limit, Predicate<SessionOrigin> ofInvocation) {
    try {
      List<SessionOrigin> strays =
          sessions.await(
              sessions
                  .endStrays(ofInvocation, limit)
                  .doOnNext(EndOfInvocation::report)
                  .collectList(),
              limit.plus(SLACK));
      return strays == null ? 0 : strays.size();
    } catch (RuntimeException e) { // thrown on, it would take the place of the invocation's outcome
      LoggerFactory.getLogger(EndOfInvocation.class)
          .error("cannot wait for the end of sessions that outlived their invocation", e);
      return 0;
    }
  }

  /** Looks up the logger only here, because the lookup takes time at a cold start. */
  private static void report(SessionOrigin stray) {
    LoggerFactory.getLogger(EndOfInvocation.class)
        .error("a session outlived its invocation and was rolled back: wait for its end", stray);
  }
}

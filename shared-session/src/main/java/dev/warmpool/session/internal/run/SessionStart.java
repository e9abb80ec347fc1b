package dev.warmpool.session.internal.run;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOrigin;

/**
 * The facts about a session's start from which its origin is told later. Immutable.
 *
 * @param session its options
 * @param thread that subscribed to it
 * @param first where its unit of work was run for the first time
 */
record SessionStart(SessionOptions session, Thread thread, Throwable first) {

  private static final ClassValue<Throwable> FIRST =
      new ClassValue<>() {
        @Override
        protected Throwable computeValue(Class<?> work) {
          return new Throwable();
        }
      };

  /** Notes the current thread and place. */
  static SessionStart of(SessionOptions session, Object work) {
    return new SessionStart(session, Thread.currentThread(), FIRST.get(work.getClass()));
  }

  SessionOrigin origin() {
    return new SessionOrigin(session.label(), thread, first.getStackTrace());
  }
}

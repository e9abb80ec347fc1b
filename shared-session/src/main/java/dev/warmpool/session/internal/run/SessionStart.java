package dev.warmpool.session.internal.run;

import dev.warmpool.session.SessionOrigin;

/**
 * What is noted of a session when it begins, to tell its origin later. Immutable.
 *
 * @param session how messages name it
 * @param thread that subscribed to it
 * @param first where its unit of work was run for the first time
 */
record SessionStart(String session, Thread thread, Throwable first) {

  private static final ClassValue<Throwable> FIRST =
      new ClassValue<>() {
        @Override
        protected Throwable computeValue(Class<?> work) {
          return new Throwable();
        }
      };

  /** Notes the current thread and place. */
  static SessionStart of(String session, Object work) {
    return new SessionStart(session, Thread.currentThread(), FIRST.get(work.getClass()));
  }

  SessionOrigin origin() {
    return new SessionOrigin(session, thread, first.getStackTrace());
  }
}

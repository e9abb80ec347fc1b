package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.SessionManager;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The waits of an invocation's threads, the last of which ends the invocation. A wait inside
 * another one of the same thread is a part of that. Thread-safe.
 */
final class Waits {

  private static final AtomicInteger THREADS = new AtomicInteger();
  private static final ThreadLocal<Integer> DEPTH = new ThreadLocal<>();

  private Waits() {}

  /** The current thread begins to wait; it must {@link #end} that. */
  static void begin() {
    Integer depth = DEPTH.get();
    if (depth == null) {
      THREADS.incrementAndGet();
    }
    DEPTH.set(depth == null ? 1 : depth + 1);
  }

  /** The current thread has waited: ends the sessions that its invocation left running, if any. */
  static void end(SessionManager sessions, Context context) {
    int depth = DEPTH.get() - 1;
    if (depth > 0) {
      DEPTH.set(depth);
      return;
    }
    DEPTH.remove();
    boolean last = THREADS.decrementAndGet() == 0;
    if ((last || EndOfInvocation.CONCURRENT) && sessions.stats().sessions() > 0) {
      EndOfInvocation.end(sessions, InvocationDeadline.end(context));
    }
  }
}

package dev.warmpool.session.internal.guard;

import dev.warmpool.session.SessionOptions;

/** Reactor's refusals to block, which do not tell how to do without. */
public final class BlockingRefusals {

  /** A part of the message of {@code block()}, {@code toIterable()} and {@code toStream()}. */
  private static final String REFUSAL = "blocking, which is not supported in thread";

  private BlockingRefusals() {}

  /** Whether Reactor has refused to block a thread that must not be blocked. */
  public static boolean isRefusal(Throwable error) {
    String message = error instanceof IllegalStateException ? error.getMessage() : null;
    return message != null && message.contains(REFUSAL);
  }

  /** The refusal, with the way out. */
  public static IllegalStateException explained(SessionOptions session, Throwable refusal) {
    return new IllegalStateException(
        session.label()
            + " cannot wait inside its unit of work, on the thread that does what would be waited"
            + " for: return the Mono instead of block(), chain statements by then or flatMap, and"
            + " collect a query's rows by collectList()",
        refusal);
  }
}

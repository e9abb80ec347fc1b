package dev.warmpool.session.internal.guard;

import dev.warmpool.session.WorkFailedException;
import java.util.function.Function;
import reactor.core.Exceptions;

/** Errors that Reactor throws instead of signalling them, which would leave a session open. */
public final class FatalErrors {

  private FatalErrors() {}

  /** The user's function, which throws nothing that Reactor throws on instead of signalling it. */
  public static <A, B> Function<A, B> signalling(Function<? super A, ? extends B> code) {
    return argument -> {
      try {
        return code.apply(argument);
      } catch (RuntimeException | Error error) {
        if (Exceptions.isFatal(error)) {
          throw new WorkFailedException(error);
        }
        throw error;
      }
    };
  }

  /** The error itself if Reactor signals it, else an exception that wraps it. */
  public static Throwable signalled(Throwable error) {
    return Exceptions.isFatal(error) ? new WorkFailedException(error) : error;
  }
}

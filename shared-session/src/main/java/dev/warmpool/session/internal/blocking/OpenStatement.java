package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.ConcurrentUseException;
import dev.warmpool.session.SessionOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statement of a blocking session that goes on while its work does other things, if there is
 * one. Used by one thread at a time; one for each {@link WaitingRun}.
 */
final class OpenStatement {

  private final SessionOptions options;
  private @Nullable Unfinished statement;

  OpenStatement(SessionOptions options) {
    this.options = options;
  }

  /** The statement begins. */
  void begin(Unfinished begun) {
    statement = begun;
  }

  /** Whether it is this one. */
  boolean is(Unfinished other) {
    return statement == other;
  }

  /** The statement has ended. */
  void ended(Unfinished ended) {
    if (statement == ended) {
      statement = null;
    }
  }

  /** Stops it, on the thread that runs the loop or will. */
  void stop() {
    Unfinished open = statement;
    if (open != null) {
      statement = null;
      open.stop();
    }
  }

  /**
   * Refuses another statement while there is one.
   *
   * @param doing what the session cannot do meanwhile
   */
  void requireNone(Supplier<String> doing) {
    Unfinished open = statement;
    if (open != null) {
      throw new ConcurrentUseException(
          options.label() + " cannot " + doing.get() + " while it " + open.doing());
    }
  }
}

package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.SessionException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.SessionInterruptedException;
import dev.warmpool.session.internal.loop.WaitEndedException;

/**
 * The errors of a blocking session whose wait has ended before it. Immutable; made where an error
 * is.
 *
 * @param options the session's
 */
record WaitErrors(SessionOptions options) {

  /** The error of a session that an interrupt of its thread has ended. */
  SessionInterruptedException interrupted() {
    return interrupted(
        options.kind() == SessionOptions.Kind.OUTSIDE_TRANSACTION
            ? ": what it has done is not undone"
            : ": it has been rolled back");
  }

  /** The error of a unit of work that is one statement, if the thread was interrupted before it. */
  SessionInterruptedException interruptedBefore() {
    return interrupted(" before its statement was sent");
  }

  /** The same, if the thread was interrupted meanwhile. */
  SessionInterruptedException interruptedStatement() {
    return interrupted(": look at what its statement has done");
  }

  private SessionInterruptedException interrupted(String consequence) {
    return new SessionInterruptedException(options.label() + " was interrupted" + consequence);
  }

  /** The error of a session that lasted longer than its deadline's grace. */
  DeadlineExceededException overdue(WaitEndedException cause) {
    return new DeadlineExceededException(
        options.label() + " was not over at the end of its deadline's grace: it is cancelled",
        cause);
  }

  /** The same where the session may have sent what commits: a frozen process reads no answer. */
  SessionException mayHaveCommitted(WaitEndedException cause) {
    return options.kind().writes()
        ? new CommitOutcomeUnknownException(
            options.label()
                + " was not over at the end of its deadline's grace: look at what it has done"
                + " before doing it again",
            cause)
        : overdue(cause);
  }

  /** The error of a statement after the end of a session that has succeeded. */
  SessionClosedException closed() {
    return new SessionClosedException(
        options.label()
            + " is over: it takes no more statements, and its streams are read inside the unit of"
            + " work");
  }
}

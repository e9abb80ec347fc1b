package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * COMMIT was sent and its answer never came: the work is either committed whole or not at all, and
 * only the data can tell. Never retried by the library.
 */
public final class CommitOutcomeUnknownException extends SessionException {

  private static final long serialVersionUID = 1L;

  CommitOutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

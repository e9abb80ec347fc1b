package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.postgres.Liveness.Moment;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import reactor.core.publisher.Mono;

/**
 * Whether a connection is in its base state, as far as the server has answered, and whether it was
 * excluded from further use. Its {@link ServerConnection} tells it of each opening and reset;
 * sessions exclude the connection. Thread-safe.
 */
public final class ConnectionState {

  private final Liveness liveness;
  private volatile boolean opened;
  private volatile boolean broken;
  private volatile boolean controlled;
  private volatile boolean resetRefused;
  private volatile boolean openedUnreset;

  /**
   * Begins in the base state.
   *
   * @param liveness when the connection was last known to be alive
   */
  ConnectionState(Liveness liveness) {
    this.liveness = liveness;
  }

  /** An opening is sent. */
  void opening() {
    opened = true;
  }

  /**
   * Fails if the reset in front of an opening that was answered has failed: a text can have removed
   * the mark by which an opening notices that nothing was reset.
   */
  Mono<Void> checkReset() {
    openedUnreset = resetRefused;
    return resetRefused ? Mono.error(resetFailure()) : Mono.empty();
  }

  /** Whether the server has refused the latest reset that it answered. */
  boolean isResetRefused() {
    return resetRefused;
  }

  /** Counts as a lost connection, so that the opening is replayed on another one. */
  static R2dbcException resetFailure() {
    return new R2dbcNonTransientResourceException("the reset in front of the opening failed");
  }

  /** Takes note of a reset, which is sent now, and of its answer. */
  Mono<Void> resetting(Mono<Void> reset) {
    opened = false;
    Moment sent = liveness.sent();
    return reset.doOnError(this::notReset).doOnSuccess(nothing -> liveness.answered(sent));
  }

  /**
   * A reset without an answer may have succeeded, and what was sent behind it may have been run.
   */
  private void notReset(Throwable error) {
    resetRefused |= SqlStates.isAnswer(error);
    broken = true;
  }

  /**
   * Whether the server has refused an opening because the reset in front of it failed, so that it
   * has not run what was sent behind.
   */
  public boolean isRefusedUnreset() {
    return resetRefused && !openedUnreset;
  }

  /** Whether the session that used the connection has reset it. */
  public boolean isReset() {
    return !opened;
  }

  /**
   * Whether the connection is in the base state, which the server has acknowledged: behind an
   * opening that fails, no statement finds a schema or the right to write.
   */
  public boolean isProven() {
    return isReset() && liveness.isAnswered();
  }

  /** Whether the connection has answered so lately that it is taken to be alive. */
  public boolean isRecent() {
    return liveness.isRecent();
  }

  /** Excludes the connection from further use. */
  public void markBroken() {
    broken = true;
  }

  /** The same, because a text controlled the transaction: the server still answers. */
  public void markControlled() {
    controlled = true;
    broken = true;
  }

  /** Whether the connection was excluded from further use. */
  public boolean isBroken() {
    return broken;
  }

  /** Whether it was excluded because a text controlled the transaction. */
  boolean isControlled() {
    return controlled;
  }
}

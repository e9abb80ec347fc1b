package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.pool.Lease;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a session holds, or the reason why it takes no more statements. Thread-safe.
 */
final class HeldConnection {

  private volatile @Nullable Lease lease;
  private volatile @Nullable Supplier<Throwable> refusal;

  /** The connection; null before the first statement and after the end. */
  @Nullable Lease lease() {
    return lease;
  }

  /** Why further statements fail; null while they do not. */
  @Nullable Throwable refusal() {
    Supplier<Throwable> reason = refusal;
    return reason == null ? null : reason.get();
  }

  /** Holds the connection; returns the refusal instead if the session has ended meanwhile. */
  synchronized @Nullable Throwable hold(Lease acquired) {
    if (refusal == null) {
      lease = acquired;
    }
    return refusal();
  }

  /** Forgets a connection whose opening was not answered. */
  synchronized void drop() {
    lease = null;
  }

  /**
   * Lets every further statement fail.
   *
   * @param reason supplies the error; an earlier reason stays
   */
  synchronized void refuse(Supplier<Throwable> reason) {
    if (refusal == null) {
      refusal = reason;
    }
  }

  /** The same; the connection is the caller's from now on, null for none. */
  synchronized @Nullable Lease letGo(Supplier<Throwable> reason) {
    Lease held = lease;
    lease = null;
    refuse(reason);
    return held;
  }
}

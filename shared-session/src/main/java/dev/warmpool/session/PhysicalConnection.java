package dev.warmpool.session;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one server connection beyond what the driver knows. Thread-safe.
 *
 * <p>Sessions on it are numbered. A connection is clean while the reset of its newest session has
 * been acknowledged; an answer that comes late speaks only for its own session.
 */
final class PhysicalConnection {

  /** Connections of one age do not all end at once: their lives are up to a tenth shorter. */
  private static final double RECYCLE_JITTER = 0.1;

  private final Connection statements;
  private final int serverVersion;
  private final int generation;
  private final Instant recycleAt;
  private final AtomicLong newest = new AtomicLong();
  private final AtomicLong reset = new AtomicLong();
  private volatile Instant usedAt;
  private volatile boolean broken;
  private volatile @Nullable Backend backend;

  /**
   * @param statements the connection as statements are to be made on it
   * @param generation of the pool when it was opened
   * @param recycle the age it may reach
   */
  PhysicalConnection(Connection statements, int generation, Duration recycle) {
    this.statements = statements;
    this.serverVersion = major(statements.getMetadata().getDatabaseVersion());
    Instant now = Instant.now();
    double share = 1 - RECYCLE_JITTER * ThreadLocalRandom.current().nextDouble();
    this.generation = generation;
    this.recycleAt = now.plusMillis((long) (recycle.toMillis() * share));
    this.usedAt = now;
  }

  private static int major(String version) {
    return Integer.parseInt(version.split("[^0-9]", 2)[0]);
  }

  Connection statements() {
    return statements;
  }

  /** The server's major version. */
  int serverVersion() {
    return serverVersion;
  }

  int generation() {
    return generation;
  }

  /** Whether a session has been on it before. */
  boolean isReused() {
    return newest.get() > 0;
  }

  /** Begins a session: from here on it is not clean. */
  long begin() {
    return newest.incrementAndGet();
  }

  boolean isClean() {
    return newest.get() == reset.get();
  }

  /** The server acknowledged the reset that this session sent. */
  void acknowledgeReset(long session) {
    reset.accumulateAndGet(session, Math::max);
  }

  void touch() {
    usedAt = Instant.now();
  }

  void identify(Backend known) {
    backend = known;
  }

  /**
   * Which server process it is; null before its first opening was answered, and behind a pooler.
   */
  @Nullable Backend backend() {
    return backend;
  }

  /** It must not be used again. */
  void breakOff() {
    broken = true;
  }

  boolean isBroken() {
    return broken;
  }

  /** Whether it is too old, or was idle for too long, on the wall clock, frozen time included. */
  boolean isExpired(Duration idle) {
    Instant now = Instant.now();
    return !now.isBefore(recycleAt) || Duration.between(usedAt, now).compareTo(idle) >= 0;
  }
}

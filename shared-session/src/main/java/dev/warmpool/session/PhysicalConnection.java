package dev.warmpool.session;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is known of one server connection beyond what the driver knows. Thread-safe. */
final class PhysicalConnection {

  /** Connections of one age do not all end at once: their lives are up to a tenth shorter. */
  private static final double RECYCLE_JITTER = 0.1;

  private final Connection statements;
  private final int serverVersion;
  private final int generation;
  private final long recycleAtMillis;
  private final @Nullable Statement reset;
  private volatile @Nullable Written latest;
  private volatile boolean used;
  private volatile long usedAtMillis;
  private volatile boolean broken;
  private volatile boolean resetFailed;
  private volatile @Nullable Backend backend;

  /**
   * @param statements the connection as statements are to be made on it
   * @param reset what takes it back to its base state; empty for nothing
   * @param generation of the pool when it was opened
   * @param recycle the age it may reach
   */
  PhysicalConnection(Connection statements, String reset, int generation, Duration recycle) {
    this.statements = statements;
    this.reset = reset.isEmpty() ? null : statements.createStatement(reset);
    this.serverVersion = major(statements.getMetadata().getDatabaseVersion());
    long now = System.currentTimeMillis();
    double share = 1 - RECYCLE_JITTER * ThreadLocalRandom.current().nextDouble();
    this.generation = generation;
    this.recycleAtMillis = now + (long) (recycle.toMillis() * share);
    this.usedAtMillis = now;
  }

  /** A text as the driver has parsed it: openings without a deadline say the same each time. */
  private record Written(String sql, Statement statement) {}

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

  /** Takes it for a session; true where one has been on it before. */
  boolean use() {
    boolean before = used;
    used = true;
    return before;
  }

  /** Takes it back to its base state; sent at subscription. */
  Mono<Void> reset() {
    return reset == null ? Mono.empty() : answered(reset).doOnError(this::notReset);
  }

  private void notReset(Throwable error) {
    resetFailed = true;
    broken = true;
  }

  /** Whether a reset has failed, so that what a session left may still be there. */
  boolean hasResetFailed() {
    return resetFailed;
  }

  /** Runs a text without values of which only success or failure is of interest. */
  Mono<Void> run(String sql) {
    Written written = latest;
    if (written == null || !written.sql().equals(sql)) {
      written = new Written(sql, statements.createStatement(sql));
      latest = written;
    }
    return answered(written.statement());
  }

  private static Mono<Void> answered(Statement statement) {
    return Flux.from(statement.execute())
        .concatMap(result -> result.map((row, metadata) -> row))
        .then();
  }

  void touch() {
    usedAtMillis = System.currentTimeMillis();
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
    long now = System.currentTimeMillis();
    return now >= recycleAtMillis || now - usedAtMillis >= idle.toMillis();
  }
}

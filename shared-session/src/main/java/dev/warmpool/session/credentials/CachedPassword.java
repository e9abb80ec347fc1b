package dev.warmpool.session.credentials;

import dev.warmpool.session.PasswordSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A password that is fetched by a blocking call and cached. Concurrent callers share one fetch,
 * which runs off the event loop within a time limit. Thread-safe.
 */
final class CachedPassword implements PasswordSource {

  /** A fetch that takes longer fails the attempt to connect. */
  private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

  private final Supplier<String> fetch;
  private final Duration keep;
  private final Clock clock;
  private volatile @Nullable Entry entry;

  private record Entry(String password, Instant until) {

    boolean isFresh(Instant now) {
      return now.isBefore(until);
    }
  }

  /**
   * @param fetch returns the password; may block
   * @param keep how long a password is used, counted from the start of its fetch, frozen time
   *     included
   * @param clock the wall clock
   */
  CachedPassword(Supplier<String> fetch, Duration keep, Clock clock) {
    this.fetch = fetch;
    this.keep = keep;
    this.clock = clock;
  }

  @Override
  public Mono<String> password() {
    return Mono.defer(
        () -> {
          Entry cached = entry;
          return cached != null && cached.isFresh(clock.instant())
              ? Mono.just(cached.password())
              : Mono.fromSupplier(this::fetched)
                  .subscribeOn(Schedulers.boundedElastic())
                  .timeout(FETCH_LIMIT, Mono.error(CachedPassword::late));
        });
  }

  private static TimeoutException late() {
    return new TimeoutException("no answer within " + FETCH_LIMIT.toMillis() + " ms");
  }

  /** Holds the lock during the fetch, so that concurrent callers wait for its password. */
  private synchronized String fetched() {
    Entry cached = entry;
    if (cached == null || !cached.isFresh(clock.instant())) {
      Instant until = clock.instant().plus(keep);
      cached = new Entry(fetch.get(), until);
      entry = cached;
    }
    return cached.password();
  }

  @Override
  public boolean forget() {
    entry = null;
    return true;
  }
}

package dev.warmpool.session.credentials;

import dev.warmpool.session.Credentials;
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
 * Credentials that are fetched by a blocking call and cached. Concurrent callers share one fetch,
 * which runs off the event loop; each waits for it within a time limit. Errors are not cached.
 * Thread-safe.
 */
final class CachedCredentials implements PasswordSource {

  /** A fetch that takes longer fails the attempt to connect. */
  private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

  private final Supplier<Credentials> fetch;
  private final Duration keep;
  private final Clock clock;
  private @Nullable Entry entry;
  private @Nullable Fetch running;

  private record Entry(Credentials credentials, Instant until) {

    boolean isFresh(Instant now) {
      return now.isBefore(until);
    }
  }

  /**
   * @param fetch returns the credentials; may block
   * @param keep how long they are used, counted from the start of their fetch, frozen time included
   * @param clock the wall clock
   */
  CachedCredentials(Supplier<Credentials> fetch, Duration keep, Clock clock) {
    this.fetch = fetch;
    this.keep = keep;
    this.clock = clock;
  }

  @Override
  public Mono<Credentials> credentials() {
    return Mono.defer(this::current);
  }

  private synchronized Mono<Credentials> current() {
    if (entry != null && entry.isFresh(clock.instant())) {
      return Mono.just(entry.credentials());
    }
    Fetch fetching = running == null ? new Fetch() : running;
    running = fetching;
    return fetching.result.timeout(FETCH_LIMIT, Mono.defer(() -> abandoned(fetching)));
  }

  /** Runs once, and goes on when its subscribers cancel. */
  private final class Fetch {

    private final Instant until = clock.instant().plus(keep);
    private final Mono<Credentials> result =
        Mono.fromSupplier(fetch)
            .subscribeOn(Schedulers.boundedElastic())
            .doOnNext(fetched -> ended(this, new Entry(fetched, until)))
            .doOnError(error -> ended(this, null))
            .cache();
  }

  /** Caches the result, unless the fetch was abandoned or its result is to be forgotten. */
  private synchronized void ended(Fetch ended, @Nullable Entry fetched) {
    if (running == ended) {
      running = null;
      entry = fetched;
    }
  }

  /** The next caller starts a fetch of its own instead of waiting for this one. */
  private synchronized Mono<Credentials> abandoned(Fetch silent) {
    if (running == silent) {
      running = null;
    }
    return Mono.error(
        new TimeoutException(
            "the source of the password did not answer within " + FETCH_LIMIT.toMillis() + " ms"));
  }

  @Override
  public synchronized boolean forget(Credentials refused) {
    if (entry != null && entry.credentials() == refused) {
      forgetAll(); // a fetch that is under way may return the refused ones once more
    }
    return true;
  }

  @Override
  public synchronized void forgetAll() {
    entry = null;
    running = null;
  }
}

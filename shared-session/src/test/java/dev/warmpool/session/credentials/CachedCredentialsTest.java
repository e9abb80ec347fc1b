package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.Credentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Caches credentials by a clock that the test sets. */
class CachedCredentialsTest {

  private static final Duration KEEP = Duration.ofMinutes(10);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final AtomicInteger fetches = new AtomicInteger();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private volatile Supplier<String> secret = () -> "password " + fetches.get();
  private final CachedCredentials cache =
      new CachedCredentials(this::fetch, KEEP, clock(() -> now));

  private Credentials fetch() {
    fetches.incrementAndGet();
    return new Credentials("app", secret.get());
  }

  private static Clock clock(InstantSource source) {
    return new Clock() {
      @Override
      public Instant instant() {
        return source.instant();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private Credentials current() {
    return cache.credentials().block(LIMIT);
  }

  private String password() {
    return current().password();
  }

  @Test
  void keepsThePasswordForItsTimeAndNoLonger() {
    assertThat(password()).isEqualTo("password 1");
    now = now.plus(KEEP).minusMillis(1);
    assertThat(password()).isEqualTo("password 1");
    now = now.plusMillis(1);
    assertThat(password()).isEqualTo("password 2");
  }

  @Test
  void fetchesOnceForConcurrentCallers() {
    Flux.range(0, 100).flatMap(i -> cache.credentials(), 100).blockLast(LIMIT);

    assertThat(fetches).hasValue(1);
  }

  @Test
  void fetchesAgainAfterARefusal() {
    assertThat(cache.forget(current())).isTrue();
    assertThat(password()).isEqualTo("password 2");
  }

  @Test
  void keepsWhatWasFetchedAfterTheRefusedOne() {
    Credentials refused = current();
    cache.forget(refused);
    Credentials fresh = current();

    assertThat(cache.forget(refused)).isTrue(); // a late refusal
    assertThat(current()).isSameAs(fresh);
  }

  /** The secret has not been rotated yet, so that each fetch returns the same text. */
  @Test
  void fetchesOnceForManyRefusalsOfOnePassword() {
    secret = () -> "wrong";
    Credentials refused = current();

    Flux.range(0, 10).map(i -> cache.forget(refused)).flatMap(i -> cache.credentials()).blockLast();
    cache.forget(refused);
    current();

    assertThat(fetches).hasValue(2);
  }

  @Test
  void doesNotCacheTheResultOfAFetchThatBeganBeforeTheRefusal() {
    Credentials expired = current();
    now = now.plus(KEEP);

    assertThatALateResultIsDropped(() -> cache.forget(expired));
  }

  @Test
  void doesNotCacheTheResultOfAFetchThatBeganBeforeARestore() {
    assertThatALateResultIsDropped(cache::forgetAll);
  }

  private void assertThatALateResultIsDropped(Runnable forget) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    secret = () -> late(begun, release);
    CompletableFuture<Credentials> late = cache.credentials().toFuture();
    await(begun);
    secret = () -> "fresh";

    forget.run();

    assertThat(password()).isEqualTo("fresh");
    release.countDown();
    assertThat(Mono.fromFuture(late).block(LIMIT).password()).isEqualTo("late");
    assertThat(password()).isEqualTo("fresh");
  }

  private static String late(CountDownLatch begun, CountDownLatch release) {
    begun.countDown();
    await(release);
    return "late";
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void doesNotCacheAnError() {
    secret =
        () -> {
          throw new IllegalStateException("sealed");
        };
    assertThatThrownBy(this::current).hasMessage("sealed");
    secret = () -> "open";

    assertThat(password()).isEqualTo("open");
  }

  @Test
  void hidesThePasswordFromItsText() {
    assertThat(current()).hasToString("Credentials[user=app, password=***]");
  }
}

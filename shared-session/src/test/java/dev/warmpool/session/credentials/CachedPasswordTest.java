package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Caches passwords by a clock that the test sets. */
class CachedPasswordTest {

  private static final Duration KEEP = Duration.ofMinutes(10);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final AtomicInteger fetches = new AtomicInteger();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final CachedPassword password =
      new CachedPassword(() -> "password " + fetches.incrementAndGet(), KEEP, clock(() -> now));

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

  @Test
  void keepsThePasswordForItsTimeAndNoLonger() {
    assertThat(password.password().block(LIMIT)).isEqualTo("password 1");
    now = now.plus(KEEP).minusMillis(1);
    assertThat(password.password().block(LIMIT)).isEqualTo("password 1");
    now = now.plusMillis(1);
    assertThat(password.password().block(LIMIT)).isEqualTo("password 2");
  }

  @Test
  void fetchesOnceForConcurrentCallers() {
    Flux.range(0, 100).flatMap(i -> password.password(), 100).blockLast(LIMIT);

    assertThat(fetches).hasValue(1);
  }

  @Test
  void fetchesAgainAfterForgetting() {
    password.password().block(LIMIT);

    assertThat(password.forget()).isTrue();
    assertThat(password.password().block(LIMIT)).isEqualTo("password 2");
  }

  @Test
  void hidesThePasswordFromItsText() {
    password.password().block(LIMIT);

    assertThat(password.toString()).doesNotContain("password 1");
  }
}

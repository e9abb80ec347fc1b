package dev.warmpool.benchmarks;

import java.time.Duration;
import java.util.Locale;

/** Where a measurement is made: the latency to the server and the processors of the client. */
enum Place {
  LOOPBACK("on loopback", 0),
  HALF("at 0.5 ms", 500),
  ONE("at 1 ms", 1_000),
  TWO("at 2 ms", 2_000),
  SMALL("at 1 ms on 0.58 of a core", 1_000);

  /** The processors of {@link #SMALL}: what a function of 1,024 MB has. */
  static final double PROCESSORS = 0.58;

  private final String title;
  private final Duration roundTrip;

  Place(String title, long roundTripMicros) {
    this.title = title;
    this.roundTrip = Duration.ofNanos(1_000 * roundTripMicros);
  }

  String title() {
    return title;
  }

  String heading() {
    return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
  }

  Duration roundTrip() {
    return roundTrip;
  }
}

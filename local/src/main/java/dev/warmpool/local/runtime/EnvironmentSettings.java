package dev.warmpool.local.runtime;

import java.time.Duration;

/**
 * How execution environments are run. Immutable.
 *
 * @param max of one function, {@code LOCAL_MAX_ENVIRONMENTS}
 * @param type how they are initialised, {@code LOCAL_INITIALIZATION}
 * @param concurrency invocations at once in one managed instance, {@code LOCAL_CONCURRENCY}
 * @param throttles whether an event past the limit is refused, not kept, {@code LOCAL_THROTTLE}
 * @param freezes whether idle ones are frozen, {@code LOCAL_FREEZE}
 * @param cuts whether frozen ones lose their connections, {@code LOCAL_CUT}
 * @param counts whether it is counted what they say to the database: where that is the runner's
 * @param idle after which an unused one is ended, {@code LOCAL_IDLE}
 * @param recycle age after which one takes no more events, {@code LOCAL_RECYCLE}
 * @param extension what decides how long it may take to end, {@code LOCAL_EXTENSION}
 * @param client what runs the handler, {@code LOCAL_RUNTIME}
 */
public record EnvironmentSettings(
    int max,
    InitializationType type,
    int concurrency,
    boolean throttles,
    boolean freezes,
    boolean cuts,
    boolean counts,
    Duration idle,
    Duration recycle,
    Extension extension,
    Client client) {

  /** Which extension the environment has; by it Lambda measures the shutdown phase. */
  public enum Extension {
    /** None: the process is killed. */
    NONE(Duration.ZERO),
    /** One in the process: SIGTERM, half a second later SIGKILL. */
    INTERNAL(Duration.ofMillis(500)),
    /** One beside it: SIGTERM, two seconds later SIGKILL. */
    EXTERNAL(Duration.ofSeconds(2));

    private final Duration shutdown;

    Extension(Duration shutdown) {
      this.shutdown = shutdown;
    }

    /** The time between SIGTERM and SIGKILL; zero for no SIGTERM. */
    public Duration shutdown() {
      return shutdown;
    }
  }

  /** What asks the Runtime API for events. */
  public enum Client {
    /** AWS's Java runtime client, with its native library. */
    AWS,
    /** A loop in Java over AWS's serialiser, for machines that have no such library. */
    PLAIN
  }
}

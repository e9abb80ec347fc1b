package dev.warmpool.local.runtime;

import java.time.Duration;
import java.util.Map;

/**
 * Settings of execution environments. Immutable.
 *
 * @param max environments of one function, {@code LOCAL_MAX_ENVIRONMENTS}
 * @param type initialisation type, {@code LOCAL_INITIALIZATION}
 * @param concurrency concurrent invocations in one managed instance, {@code LOCAL_CONCURRENCY}
 * @param throttles whether an invocation past the limit is rejected and does not wait, {@code
 *     LOCAL_THROTTLE}
 * @param freezes whether idle environments are frozen, {@code LOCAL_FREEZE}
 * @param cuts whether frozen environments lose their connections, {@code LOCAL_CUT}
 * @param counts whether connections and round trips to the database are counted; only with the
 *     embedded one
 * @param idle time after which an unused environment is shut down, {@code LOCAL_IDLE}
 * @param recycle age after which an environment takes no more invocations, {@code LOCAL_RECYCLE}
 * @param extension extension that determines the shutdown limit, {@code LOCAL_EXTENSION}
 * @param client program that runs the handler, {@code LOCAL_RUNTIME}
 * @param aws variables with AWS's region, credentials and endpoint, {@code LOCAL_AWS}
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
    Client client,
    Map<String, String> aws) {

  /** The kind of extension in an environment, which determines Lambda's shutdown limit. */
  public enum Extension {
    /** No extension: SIGKILL at once. */
    NONE(Duration.ZERO),
    /** An internal extension: SIGKILL 500 ms after SIGTERM. */
    INTERNAL(Duration.ofMillis(500)),
    /** An external extension: SIGKILL 2 s after SIGTERM. */
    EXTERNAL(Duration.ofSeconds(2));

    private final Duration shutdown;

    Extension(Duration shutdown) {
      this.shutdown = shutdown;
    }

    /** Time between SIGTERM and SIGKILL; zero if SIGKILL is sent alone. */
    public Duration shutdown() {
      return shutdown;
    }
  }

  /** The program that asks the Runtime API for events. */
  public enum Client {
    /** AWS's Java runtime client, with its native library. */
    AWS,
    /** A Java loop over AWS's serialiser, for machines for which AWS has no native library. */
    PLAIN
  }
}

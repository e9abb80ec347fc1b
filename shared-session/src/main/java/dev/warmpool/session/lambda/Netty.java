package dev.warmpool.session.lambda;

/** What is to be done before Netty comes up. */
final class Netty {

  private static final String EVENTS = "io.netty.jfr.enabled";

  /**
   * Finds out what the platform has. On 25 and later that takes 75 ms of processor time: it links
   * {@code malloc} and {@code free} by method handles.
   */
  private static final String PLATFORM = "io.netty.util.internal.PlatformDependent";

  private Netty() {}

  /**
   * Netty describes its events to Java's flight recorder as soon as it allocates: 130 ms of a cold
   * start. Who wants them sets the property to true.
   */
  static void withoutFlightRecorder() {
    if (System.getProperty(EVENTS) == null) {
      System.setProperty(EVENTS, "false");
    }
  }

  /** Has it look at the platform, on this thread; its properties have to be set by then. */
  static void lookAtPlatform(ClassLoader loader) {
    try {
      Class.forName(PLATFORM, true, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // Who needs it will say so.
    }
  }
}

package dev.warmpool.session.lambda;

/** What is to be done before Netty comes up. */
final class Netty {

  private static final String EVENTS = "io.netty.jfr.enabled";

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
}

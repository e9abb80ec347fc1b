package dev.warmpool.session.lambda;

/** Prepares Netty before its first use. */
final class Netty {

  private static final String EVENTS = "io.netty.jfr.enabled";

  private Netty() {}

  /**
   * Switches off Netty's events for the JDK Flight Recorder, unless the property is set. Netty
   * registers them at its first allocation, which takes 130 ms of a cold start.
   */
  static void withoutFlightRecorder() {
    if (System.getProperty(EVENTS) == null) {
      System.setProperty(EVENTS, "false");
    }
  }
}

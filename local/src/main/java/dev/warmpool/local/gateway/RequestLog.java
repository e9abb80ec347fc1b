package dev.warmpool.local.gateway;

/** Learns what invocations were for. Called when they are over; must not block. */
@FunctionalInterface
public interface RequestLog {

  /**
   * An invocation has been answered.
   *
   * @param request what was asked, for a person to read
   * @param result how it was answered, for a person to read
   */
  void answered(String requestId, String request, String result);
}

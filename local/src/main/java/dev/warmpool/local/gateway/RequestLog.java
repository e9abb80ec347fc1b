package dev.warmpool.local.gateway;

/** Records the request behind each invocation. Implementations must not block. */
public interface RequestLog {

  /**
   * A request arrived that will be an invocation.
   *
   * @param requestId id of the invocation
   * @param request human-readable description of the request
   */
  void arrived(String requestId, String request);

  /**
   * The invocation's caller got its response.
   *
   * @param requestId id of the invocation
   * @param result human-readable result
   */
  void answered(String requestId, String result);
}

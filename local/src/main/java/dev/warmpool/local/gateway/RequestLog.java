package dev.warmpool.local.gateway;

/**
 * Records the request behind each invocation. Called after the invocation; implementations must not
 * block.
 */
@FunctionalInterface
public interface RequestLog {

  /**
   * An invocation's caller got its response.
   *
   * @param requestId id of the invocation
   * @param request human-readable description of the request
   * @param result human-readable result
   */
  void answered(String requestId, String request, String result);
}

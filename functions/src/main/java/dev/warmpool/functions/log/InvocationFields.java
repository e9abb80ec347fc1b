package dev.warmpool.functions.log;

import org.slf4j.MDC;

/**
 * The fields that every line of an invocation has, from {@link #begin} to {@link #end} on the same
 * thread: {@code requestId} and, if Lambda traces the invocation, {@code traceId}. Lines of other
 * threads do not have them. Stateless.
 */
public final class InvocationFields {

  private static final String REQUEST = "requestId";
  private static final String TRACE = "traceId";

  /** Lambda's runtime client sets it for each invocation that is traced. */
  private static final String HEADER = "com.amazonaws.xray.traceHeader";

  private static final String ROOT = "Root=";

  private InvocationFields() {}

  /**
   * Adds the fields to the lines of this thread.
   *
   * @param requestId Lambda's id of the invocation
   */
  public static void begin(String requestId) {
    MDC.put(REQUEST, requestId);
    String header = System.getProperty(HEADER, "");
    int root = header.indexOf(ROOT);
    if (root == 0 || root > 0 && header.charAt(root - 1) == ';') {
      int end = header.indexOf(';', root);
      MDC.put(TRACE, header.substring(root + ROOT.length(), end < 0 ? header.length() : end));
    }
  }

  /** Removes the fields from the lines of this thread. */
  public static void end() {
    MDC.remove(REQUEST);
    MDC.remove(TRACE);
  }
}

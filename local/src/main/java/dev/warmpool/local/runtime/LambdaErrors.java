package dev.warmpool.local.runtime;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.runtime.InvocationReport.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The error responses that Lambda gives in place of a function that did not respond. */
final class LambdaErrors {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The exit status of a process that a signal ended is this plus the signal's number. */
  private static final int SIGNALLED = 128;

  private static final int SIGKILL = 9;

  private LambdaErrors() {}

  static Invocation.Response timedOut(Invocation invocation, int seconds) {
    return of(
        Outcome.TIMED_OUT,
        "Sandbox.Timedout",
        "RequestId: %s Error: Task timed out after %d.00 seconds"
            .formatted(invocation.id(), seconds));
  }

  static Invocation.Response notRestored(Invocation invocation, Duration limit) {
    return of(
        Outcome.CRASHED,
        "SnapStartTimeoutException",
        "RequestId: %s Error: restore took longer than %d seconds"
            .formatted(invocation.id(), limit.toSeconds()));
  }

  static Invocation.Response exited(Invocation invocation, int status) {
    String how =
        status == SIGNALLED + SIGKILL
            ? "signal: killed"
            : status > SIGNALLED ? "signal: " + (status - SIGNALLED) : "exit status " + status;
    return of(
        Outcome.CRASHED,
        "Runtime.ExitError",
        "RequestId: %s Error: Runtime exited with error: %s".formatted(invocation.id(), how));
  }

  static Invocation.Response tooLarge(int length) {
    return of(
        Outcome.FAILED,
        "Function.ResponseSizeTooLarge",
        "Response payload size (%d bytes) exceeded maximum allowed payload size (%d bytes)."
            .formatted(length, RuntimeApi.MAX_PAYLOAD));
  }

  private static Invocation.Response of(Outcome outcome, String type, String message) {
    String json =
        JSON.createObjectNode().put("errorType", type).put("errorMessage", message).toString();
    return new Invocation.Response(json.getBytes(StandardCharsets.UTF_8), outcome);
  }
}

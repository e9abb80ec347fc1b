package dev.warmpool.local.probe;

import com.amazonaws.services.lambda.runtime.ClientContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Handlers for the runner's tests; each method is one. */
public final class Probe {

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Returns the event. */
  public Map<String, Object> echo(Map<String, Object> event) {
    return event;
  }

  /** Returns facts about its process, after the event's number of milliseconds. */
  public Map<String, Object> process(
      Map<String, Object> event, com.amazonaws.services.lambda.runtime.Context context) {
    int remaining = context.getRemainingTimeInMillis();
    int count = COUNT.incrementAndGet();
    park(event.get("millis") instanceof Number number ? number.longValue() : 0);
    return Map.of(
        "pid", ProcessHandle.current().pid(),
        "count", count,
        "remaining", remaining,
        "arn", context.getInvokedFunctionArn(),
        "environment", System.getenv());
  }

  /** Returns what its caller sent beside the event. */
  public Map<String, Object> called(
      Map<String, Object> event, com.amazonaws.services.lambda.runtime.Context context) {
    ClientContext client = context.getClientContext();
    return Map.of(
        "pid", ProcessHandle.current().pid(),
        "id", context.getAwsRequestId(),
        "tenant", String.valueOf(context.getTenantId()),
        "custom", client == null ? Map.of() : client.getCustom());
  }

  /** Ends the process with the event's status. */
  public String exit(Map<String, Integer> event) {
    Runtime.getRuntime().halt(event.getOrDefault("status", 0));
    return "never";
  }

  /** Fails with the event's message; without one, returns its process id. */
  public long fail(Map<String, Object> event) {
    if (event.containsKey("message")) {
      throw new IllegalStateException("\"" + event.get("message") + "\"");
    }
    return ProcessHandle.current().pid();
  }

  /** Returns the event's number of characters. */
  public String large(int length) {
    return "x".repeat(length);
  }

  /** Prints the event's number of lines to both streams, then an unfinished line. */
  public String print(int lines) {
    for (int i = 1; i <= lines; i++) {
      (i % 2 == 0 ? System.err : System.out).println("line " + i + " ä");
    }
    System.out.print("no end");
    return "printed";
  }

  /** Returns a response with every member of payload format 2.0. */
  public Map<String, Object> response(Map<String, Object> event) {
    return Map.of(
        "statusCode",
        201,
        "headers",
        Map.of("X-Probe", "yes", "content-type", "application/octet-stream"),
        "cookies",
        List.of("a=1; Path=/", "b=2"),
        "isBase64Encoded",
        true,
        "body",
        "AP8=");
  }

  /** Returns after three seconds if the query is {@code slow}, else at once. */
  public String lazy(Map<String, Object> event) {
    park("slow".equals(event.get("rawQueryString")) ? 3_000 : 0);
    return "at last";
  }

  /** Returns the request's body as the function's response. */
  public void answer(InputStream event, OutputStream answer) throws IOException {
    String text = new String(event.readAllBytes(), StandardCharsets.UTF_8);
    Matcher body = Pattern.compile("\"body\":\"([^\"]*)\"").matcher(text);
    answer.write(body.find() ? Base64.getDecoder().decode(body.group(1)) : new byte[0]);
  }

  /** Returns plain text, which is no response in payload format 2.0. */
  public String text(Map<String, Object> event) {
    return "Hello";
  }

  private static void park(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** Has an init phase longer than its time-out. */
  public static final class SlowStart {

    public SlowStart() {
      park(1_500);
    }

    /** Returns at once. */
    public String handle(Map<String, Object> event) {
      return "slow";
    }
  }

  /** Fails in its init phase. */
  public static final class NoStart {

    public NoStart() {
      throw new IllegalStateException("no start");
    }

    /** Is never called. */
    public String handle(Map<String, Object> event) {
      return "never";
    }
  }
}

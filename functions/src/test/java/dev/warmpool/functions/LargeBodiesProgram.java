package dev.warmpool.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import dev.warmpool.functions.event.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * Sends each of the large bodies to the API in a process of its own, as Lambda gives each request
 * an environment of its own.
 */
final class LargeBodiesProgram {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private LargeBodiesProgram() {}

  /**
   * Prints a line for each request: status, nanoseconds, nanoseconds of a processor, bytes
   * allocated, and the body's description.
   *
   * @param arguments the size of a body in bytes, and how often each is sent
   */
  public static void main(String[] arguments) throws IOException {
    ApiHandler handler = new ApiHandler();
    send(handler, Event.of("GET /health"));
    int bytes = Integer.parseInt(arguments[0]);
    for (String name : LargeBodies.names()) {
      Event event = post(LargeBodies.of(name, bytes));
      for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
        System.out.println(send(handler, event) + "\t" + name);
      }
    }
  }

  private static Event post(String body) {
    return Event.of("POST /users/clear").header("Idempotency-Key", "k").body(body);
  }

  private static String send(ApiHandler handler, Event event) throws IOException {
    ByteArrayInputStream request = new ByteArrayInputStream(event.bytes());
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long processor = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    handler.handleRequest(request, response, new FakeContext(20_000));
    long nanos = System.nanoTime() - start;
    processor = THREADS.getCurrentThreadCpuTime() - processor;
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    JsonNode answer = Json.read(response.toByteArray());
    return answer.path("statusCode").asInt() + "\t" + nanos + "\t" + processor + "\t" + allocated;
  }
}

package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.util.List;

/**
 * What went wrong, for the caller: RFC 9457. Immutable.
 *
 * @param status HTTP's code
 * @param detail what, which value, which rule, what to do
 * @param faults of the input, all of them
 * @param extension members of its own
 */
public record Problem(int status, String detail, List<Fault> faults, ObjectNode extension) {

  /**
   * One fault of the input.
   *
   * @param in which part of the request: path, query, header or body
   * @param pointer where in that part, a JSON pointer; parameters are members of theirs
   * @param message which rule
   */
  public record Fault(String in, String pointer, String message) {

    /** Of a member; its name is escaped as a JSON pointer has it. */
    static Fault of(String in, String member, String message) {
      return new Fault(in, "/" + member.replace("~", "~0").replace("/", "~1"), message);
    }
  }

  /** Past this many faults a caller learns nothing more. */
  private static final int MAX_FAULTS = 1_000;

  /** A problem with nothing more to say. */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, List.of(), Json.object());
  }

  /** A problem with members of its own beside the standard ones. */
  public static Problem with(int status, String detail, ObjectNode extension) {
    return new Problem(status, detail, List.of(), extension);
  }

  /** Input that breaks rules. */
  public static Problem invalid(List<Fault> faults) {
    String count = faults.size() == 1 ? "1 fault" : faults.size() + " faults";
    String told = faults.size() > MAX_FAULTS ? "the first " + MAX_FAULTS + " are in" : "see";
    return new Problem(
        422,
        "The request has " + count + ", " + told + " errors.",
        faults.stream().limit(MAX_FAULTS).toList(),
        Json.object());
  }

  ObjectNode json(String requestId) {
    ObjectNode json =
        Json.object()
            .put("type", "about:blank")
            .put("title", title())
            .put("status", status)
            .put("detail", detail)
            .put("instance", requestId);
    if (!faults.isEmpty()) {
      ArrayNode errors = json.putArray("errors");
      faults.forEach(
          fault ->
              errors
                  .addObject()
                  .put("in", fault.in())
                  .put("pointer", fault.pointer())
                  .put("message", fault.message()));
    }
    return json.setAll(extension);
  }

  private String title() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 422 -> "Unprocessable Content";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Internal Server Error";
    };
  }
}

package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.util.List;

/**
 * Problem details (RFC 9457): the explanation of an error for the caller. Immutable.
 *
 * @param status the HTTP status code
 * @param detail a sentence that says what failed and, where it helps, what to do
 * @param faults the faults of the input, in the member {@code errors}; empty for none
 * @param extension members in addition to those of RFC 9457
 */
public record Problem(int status, String detail, List<Fault> faults, ObjectNode extension) {

  /**
   * One violation of the contract. Immutable.
   *
   * @param in the part of the request: path, query, header or body
   * @param pointer a JSON pointer (RFC 6901) into that part, of which a parameter is a member
   * @param message the rule, as a predicate about the value at the pointer; never quotes the value
   */
  public record Fault(String in, String pointer, String message) {

    /** Returns a fault of a parameter, whose name is escaped for the JSON pointer. */
    static Fault of(String in, String member, String message) {
      return new Fault(in, "/" + member.replace("~", "~0").replace("/", "~1"), message);
    }
  }

  /** Returns a problem without faults and without additional members. */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, List.of(), Json.object());
  }

  /** Returns a problem with additional members. */
  public static Problem with(int status, String detail, ObjectNode extension) {
    return new Problem(status, detail, List.of(), extension);
  }

  /**
   * Returns a 422 for a request that violates the contract.
   *
   * @param faults the faults; the response has the first 100, at which validation stops
   */
  public static Problem invalid(List<Fault> faults) {
    String count =
        switch (faults.size()) {
          case 1 -> "1 fault";
          default -> faults.size() < Faults.MAX ? faults.size() + " faults" : "100 faults or more";
        };
    return new Problem(
        422,
        "The request has " + count + ", see errors.",
        faults.stream().limit(Faults.MAX).toList(),
        Json.object());
  }

  /** Returns the JSON form; {@code requestId} becomes the member {@code instance}. */
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

package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Which part of a list is asked for.
 *
 * @param after the last id of the page before; 0 for the first page
 * @param limit the most items
 */
record Page(long after, int limit) {

  static Page of(HttpRequest request) {
    String cursor = request.query().get("after");
    return new Page(
        cursor == null ? 0 : id(cursor), Integer.parseInt(request.query().get("limit")));
  }

  /** What a caller sends to get what comes after this id. */
  static String cursor(long id) {
    byte[] text = Long.toString(id).getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  private static long id(String cursor) {
    try {
      byte[] text = Base64.getUrlDecoder().decode(cursor);
      long id = Long.parseLong(new String(text, StandardCharsets.US_ASCII));
      if (cursor(id).equals(cursor) && id > 0) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // reported below, with the rule
    }
    throw new ProblemException(
        Problem.invalid(
            List.of(
                new Problem.Fault("query", "/after", "must be the member next of a page before"))));
  }
}

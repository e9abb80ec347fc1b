package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The page of the user list that a request asks for. Immutable.
 *
 * @param after the last id of the previous page; 0 for the first page
 * @param limit the maximum number of items, 1 to 500
 */
record Page(long after, int limit) {

  /**
   * Reads the query parameters {@code after} and {@code limit}.
   *
   * @throws ProblemException 422 if {@code after} is not a cursor that {@link #cursor} returned
   */
  static Page of(HttpRequest request) {
    String cursor = request.query().get("after");
    return new Page(
        cursor == null ? 0 : id(cursor), Integer.parseInt(request.query().get("limit")));
  }

  /** Returns the value of {@code after} that requests the page after this id. */
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
      // falls through to the message below
    }
    throw new ProblemException(
        Problem.invalid(
            List.of(
                new Problem.Fault(
                    "query", "/after", "must be the value of next of an earlier page"))));
  }
}

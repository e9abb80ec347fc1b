package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for.
 *
 * @param after the last id of the page before; 0 for the first page
 * @param limit the most items, 1 to 500
 */
record Page(long after, int limit) {

  private static final int MAX_LIMIT = 500;
  private static final int DEFAULT_LIMIT = 50;

  static Page of(HttpRequest request) {
    List<Problem.Fault> faults = new ArrayList<>();
    Long limit = number(request.query().getOrDefault("limit", "" + DEFAULT_LIMIT));
    if (limit == null || limit < 1 || limit > MAX_LIMIT) {
      faults.add(new Problem.Fault("limit", "must be a whole number from 1 to " + MAX_LIMIT));
    }
    String cursor = request.query().get("after");
    Long after = cursor == null ? Long.valueOf(0) : id(cursor);
    if (after == null || after < 0) {
      faults.add(new Problem.Fault("after", "must be the member next of a page before"));
    }
    if (limit == null || after == null || !faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(faults));
    }
    return new Page(after, limit.intValue());
  }

  /** What a caller sends to get what comes after this id. */
  static String cursor(long id) {
    byte[] text = Long.toString(id).getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  private static @Nullable Long id(String cursor) {
    try {
      byte[] text = Base64.getUrlDecoder().decode(cursor);
      return number(new String(text, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Long number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

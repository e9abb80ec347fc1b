package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code If-Match} as a version. */
final class IfMatch {

  private static final Pattern ETAG = Pattern.compile("\"(\\d{1,18})\"");

  private IfMatch() {}

  /** The version asked for; null where the header is absent or {@code *}. */
  static @Nullable Long version(HttpRequest request) {
    String header = request.header("if-match");
    if (header == null || header.strip().equals("*")) {
      return null;
    }
    Matcher etag = ETAG.matcher(header.strip());
    if (!etag.matches()) {
      throw new ProblemException(
          Problem.of(412, "No version has the entity tag " + header + ": read the user again."));
    }
    return Long.valueOf(etag.group(1));
  }
}

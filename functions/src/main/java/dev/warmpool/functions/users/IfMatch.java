package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header {@code If-Match} (RFC 9110, section 13.1.1). The comparison is strong: a weak
 * entity tag matches no version, and neither does a tag that is not a version number.
 */
final class IfMatch {

  private static final Pattern TAG = Pattern.compile("(W/)?\"([!#-~]*)\"");
  private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,17}");

  private IfMatch() {}

  /**
   * Returns the versions that the request may change; null if it may change any version, because
   * the header is absent or {@code *}. The contract has already checked the header's syntax.
   */
  static Long @Nullable [] versions(HttpRequest request) {
    String header = request.header("if-match");
    return header == null || header.strip().equals("*")
        ? null
        : TAG.matcher(header)
            .results()
            .filter(tag -> tag.group(1) == null && VERSION.matcher(tag.group(2)).matches())
            .map(tag -> Long.valueOf(tag.group(2)))
            .toArray(Long[]::new);
  }
}

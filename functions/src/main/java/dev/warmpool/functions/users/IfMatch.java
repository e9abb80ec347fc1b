package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code If-Match} as versions, by RFC 9110, 13.1.1: compared strongly, so a weak entity
 * tag matches nothing, and neither does one that is no version's.
 */
final class IfMatch {

  private static final Pattern TAG = Pattern.compile("(W/)?\"([!#-~]*)\"");
  private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,17}");

  private IfMatch() {}

  /** The versions that may be changed; null where every one may. */
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

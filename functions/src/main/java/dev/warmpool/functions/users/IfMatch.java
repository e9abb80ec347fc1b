package dev.warmpool.functions.users;

import dev.warmpool.functions.http.HttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code If-Match} as versions, by RFC 9110, 13.1.1: compared strongly, so a weak entity
 * tag matches nothing, and neither does one that is no version's.
 */
final class IfMatch {

  private static final Pattern STRONG =
      Pattern.compile("(?<!W/)(?<![!#-~])\"(\\d{1,18})\"(?= *(?:,|$))");

  private IfMatch() {}

  /** The versions that may be changed; null where every one may. */
  static Long @Nullable [] versions(HttpRequest request) {
    String header = request.header("if-match");
    return header == null || header.strip().equals("*")
        ? null
        : STRONG
            .matcher(header)
            .results()
            .map(tag -> Long.valueOf(tag.group(1)))
            .toArray(Long[]::new);
  }
}

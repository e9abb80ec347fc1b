package dev.warmpool.local.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the target of a request line, which may be anything. */
final class RequestTarget {

  /** Characters that clients send as they are, although a URI has them only percent-encoded. */
  private static final String UNENCODED = "\"<>\\^`{|}";

  private RequestTarget() {}

  /**
   * The target as a URI with path and query; its authority means nothing.
   *
   * @param target path and query, one character for each byte
   * @return the URI; empty if the target is no path, if a percent sign is not followed by two hex
   *     digits, or if the decoded text is not UTF-8
   */
  static Optional<URI> parse(String target) {
    if (!target.startsWith("/")) {
      return Optional.empty();
    }
    try {
      // With an authority before it, a path that begins with two slashes is a path.
      URI uri = new URI("http://localhost" + encoded(target));
      return isUtf8(uri.getRawPath()) && isUtf8(uri.getRawQuery())
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String encoded(String target) {
    StringBuilder encoded = new StringBuilder();
    for (char next : target.toCharArray()) {
      boolean bracketOfPath = (next == '[' || next == ']') && encoded.indexOf("?") < 0;
      if (next > '~' || UNENCODED.indexOf(next) >= 0 || bracketOfPath) {
        encoded.append("%%%02X".formatted((int) next));
      } else {
        encoded.append(next);
      }
    }
    return encoded.toString();
  }

  private static boolean isUtf8(@Nullable String raw) {
    if (raw == null) {
      return true;
    }
    byte[] bytes =
        URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
            .getBytes(StandardCharsets.ISO_8859_1);
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}

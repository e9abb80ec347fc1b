package dev.warmpool.functions.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value of the header {@code Content-Type} (RFC 9110, section 8.3). Immutable.
 *
 * @param media the media type in lower case, without parameters
 * @param charset the charset in lower case; null if the value names none
 */
record ContentType(String media, @Nullable String charset) {

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final Pattern MEDIA = Pattern.compile("[ \\t]*+(" + TOKEN + "/" + TOKEN + ")");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "[ \\t]*+;[ \\t]*+(?:("
              + TOKEN
              + ")=(?:("
              + TOKEN
              + ")|\"((?:[^\"\\\\]|\\\\.)*+)\"))?+[ \\t]*+");

  /** Characters; a value that is longer counts as malformed. */
  private static final int MAX_LENGTH = 256;

  /** Reads a value; null if it is malformed or names a charset twice. */
  static @Nullable ContentType of(String value) {
    Matcher media = MEDIA.matcher(value);
    if (value.length() > MAX_LENGTH || !media.lookingAt()) {
      return null;
    }
    String charset = null;
    Matcher parameter = PARAMETER.matcher(value).region(media.end(), value.length());
    int end = media.end();
    while (end < value.length() && parameter.lookingAt()) {
      if ("charset".equalsIgnoreCase(parameter.group(1))) {
        if (charset != null) {
          return null;
        }
        charset = value(parameter).toLowerCase(Locale.ROOT);
      }
      end = parameter.end();
      parameter.region(end, value.length());
    }
    return value.substring(end).isBlank()
        ? new ContentType(media.group(1).toLowerCase(Locale.ROOT), charset)
        : null;
  }

  private static String value(Matcher parameter) {
    return parameter.group(2) != null
        ? parameter.group(2)
        : parameter.group(3).replaceAll("\\\\(.)", "$1");
  }

  /** Returns whether the text is in UTF-8, which is JSON's only charset (RFC 8259). */
  boolean isUtf8() {
    return charset == null || charset.equals("utf-8");
  }
}

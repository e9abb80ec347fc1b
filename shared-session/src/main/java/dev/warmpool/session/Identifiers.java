package dev.warmpool.session;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL takes as the name of an object. */
final class Identifiers {

  /** PostgreSQL's {@code NAMEDATALEN} less the terminating byte. */
  static final int MAX_BYTES = 63;

  private Identifiers() {}

  /**
   * The rule that the name breaks; null if PostgreSQL takes it unchanged.
   *
   * @param object the kind of object, for the rule
   */
  static @Nullable String fault(String object, String name) {
    String subject = "a " + object + "'s name ";
    if (name.isEmpty()) {
      return subject + "has at least one character";
    }
    if (name.indexOf('\0') >= 0) {
      return subject + "has no NUL";
    }
    if (!isUnicode(name)) {
      return subject + "is well-formed Unicode";
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= MAX_BYTES
        ? null
        : subject + "has at most " + MAX_BYTES + " bytes in UTF-8, this one has " + bytes;
  }

  /** Whether the text has no lone surrogate, which would be sent as a question mark. */
  static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** The name as an SQL identifier: in double quotes, with each double quote inside doubled. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}

package dev.warmpool.functions.http;

import org.jspecify.annotations.Nullable;

/**
 * A place in a body. The pointer's text is built only for a place that has a fault. Immutable.
 *
 * @param parent the place that contains this one; null for the whole body
 * @param step the member's name or the element's index
 */
record Place(@Nullable Place parent, String step) {

  static final Place BODY = new Place(null, "");

  Place member(String name) {
    return new Place(this, name);
  }

  /** Returns the JSON pointer (RFC 6901). */
  String pointer() {
    return parent == null
        ? ""
        : parent.pointer() + "/" + step.replace("~", "~0").replace("/", "~1");
  }
}

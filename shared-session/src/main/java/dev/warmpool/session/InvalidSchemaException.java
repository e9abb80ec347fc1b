package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/** A session has no schema, or a name that cannot be one. */
public final class InvalidSchemaException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String name;

  InvalidSchemaException(String name, String rule) {
    super("invalid schema name '" + name.replace("\0", "\\0") + "': " + rule, null);
    this.name = name;
  }

  InvalidSchemaException(String message) {
    super(message, null);
    this.name = null;
  }

  /** The name that was refused; null where there was none at all. */
  public @Nullable String name() {
    return name;
  }
}

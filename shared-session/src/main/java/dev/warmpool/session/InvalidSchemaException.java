package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/** A session has no schema, or a schema has a name that PostgreSQL would refuse or change. */
public final class InvalidSchemaException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String name;

  /**
   * Refuses a name.
   *
   * @param name as it was given
   * @param rule that the name breaks
   */
  public InvalidSchemaException(String name, String rule) {
    super("invalid schema name '" + name.replace("\0", "\\0") + "': " + rule, null);
    this.name = name;
  }

  /**
   * Reports that there is no name.
   *
   * @param message which session has none, and where to set one
   */
  public InvalidSchemaException(String message) {
    super(message, null);
    this.name = null;
  }

  /** The name that was refused; null if there was none. */
  public @Nullable String name() {
    return name;
  }
}

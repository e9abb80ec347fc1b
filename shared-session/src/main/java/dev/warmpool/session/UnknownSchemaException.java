package dev.warmpool.session;

/** The session's schema does not exist in the database; no statement has run. */
public final class UnknownSchemaException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final String name;

  /**
   * Creates the exception.
   *
   * @param schema that does not exist
   * @param cause the server's error
   */
  public UnknownSchemaException(Schema schema, Throwable cause) {
    super("schema '" + schema.name() + "' does not exist: create and migrate it first", cause);
    this.name = schema.name();
  }

  /** The schema's name. */
  public String name() {
    return name;
  }
}

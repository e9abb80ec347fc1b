package dev.warmpool.session;

/** How a connection gets to a schema. */
public enum SchemaBinding {
  /** Each opening sets the search path. */
  TRANSACTION,
  /** The search path is a startup parameter; each schema has connections of its own. */
  STARTUP
}

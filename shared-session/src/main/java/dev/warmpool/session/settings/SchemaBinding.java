package dev.warmpool.session.settings;

/** How a connection is bound to a schema, {@code SCHEMA_BINDING}. */
public enum SchemaBinding {
  /** Each opening sets the search path, so every connection serves every schema. */
  TRANSACTION,
  /** The search path is a startup parameter, so each connection serves one schema. */
  STARTUP
}

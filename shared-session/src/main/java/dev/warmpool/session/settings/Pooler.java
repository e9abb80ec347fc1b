package dev.warmpool.session.settings;

/**
 * The kind of server that connections reach, {@code POSTGRES_POOLER}: it limits what may be sent.
 */
public enum Pooler {
  /** PostgreSQL itself. */
  NONE,
  /** PgBouncer in transaction mode. */
  PGBOUNCER,
  /** Amazon RDS Proxy. */
  RDS_PROXY
}

package dev.warmpool.session.settings;

/** What the peer is, {@code POSTGRES_POOLER}, which decides what may be sent to it. */
public enum Pooler {
  /** PostgreSQL itself. */
  NONE,
  /** PgBouncer in transaction mode. */
  PGBOUNCER,
  /** Amazon RDS Proxy. */
  RDS_PROXY
}

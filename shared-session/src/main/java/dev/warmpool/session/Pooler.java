package dev.warmpool.session;

/** What stands between the function and PostgreSQL, hence what may be sent. */
public enum Pooler {
  /** Nothing: PostgreSQL itself. */
  NONE,
  /** PgBouncer in transaction mode. */
  PGBOUNCER,
  /** Amazon RDS Proxy. */
  RDS_PROXY
}

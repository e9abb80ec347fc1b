package dev.warmpool.session.settings;

/**
 * Which sessions through RDS Proxy are asked whether they left state on the server's connection,
 * {@code POSTGRES_POOLER_CHECK}.
 */
public enum PoolerCheck {
  /** Those with a text that could leave some. */
  TEXTS,
  /** All, which costs each a round trip: a stored function can leave state behind any text. */
  EVERY_SESSION
}

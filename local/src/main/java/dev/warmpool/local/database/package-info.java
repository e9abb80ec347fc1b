/**
 * The functions' database: an embedded PostgreSQL, or the server that {@code POSTGRES_HOST} names.
 * Knows nothing of templates, functions and gateways.
 */
@NullMarked
package dev.warmpool.local.database;

import org.jspecify.annotations.NullMarked;

package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.ServerConnection;
import io.r2dbc.spi.Connection;

/**
 * A connection of the pool, idle or in use. Immutable.
 *
 * @param server the connection itself
 * @param path the search path it was opened with: it serves no other
 * @param generation of the pool when opening it began
 * @param renewal how often the pool had been renewed when opening it began
 * @param handle closing it returns the connection's place in the store
 */
record PooledConnection(
    ServerConnection server, SearchPath path, int generation, int renewal, Connection handle) {}

/**
 * Gives connections to sessions, in order of arrival: one owner of the permits, the connections and
 * the count of acquisitions and closes in flight. The only package that imports r2dbc-pool; knows
 * the API, the settings, the event loops and how to connect.
 */
@NullMarked
package dev.warmpool.session.internal.pool;

import org.jspecify.annotations.NullMarked;

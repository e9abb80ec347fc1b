/**
 * Who gets a connection and when: one owner of permits, connections and what is in flight. The only
 * package that imports r2dbc-pool; knows the API, the settings, the event loops and how to connect.
 */
@NullMarked
package dev.warmpool.session.internal.pool;

import org.jspecify.annotations.NullMarked;

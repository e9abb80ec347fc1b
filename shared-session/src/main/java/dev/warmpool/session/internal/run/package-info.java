/**
 * A running session: its opening, its statements, its end and how long each step may take; also a
 * session as an R2DBC connection. Knows R2DBC's SPI, the API, the pool, PostgreSQL and the event
 * loops.
 */
@NullMarked
package dev.warmpool.session.internal.run;

import org.jspecify.annotations.NullMarked;

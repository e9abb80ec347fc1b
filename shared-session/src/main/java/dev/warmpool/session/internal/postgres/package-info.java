/**
 * PostgreSQL as sessions need it: how to connect, which SQL a session sends besides its statements,
 * what a SQLSTATE means, TLS. The only package that imports the driver; knows the API, the settings
 * and the event loops.
 */
@NullMarked
package dev.warmpool.session.internal.postgres;

import org.jspecify.annotations.NullMarked;

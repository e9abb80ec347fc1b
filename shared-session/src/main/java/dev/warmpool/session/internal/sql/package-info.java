/**
 * Reads the texts of statements: transaction control, parameters, what may be left behind, what is
 * not sent, how a message shows one. Knows the API alone.
 */
@NullMarked
package dev.warmpool.session.internal.sql;

import org.jspecify.annotations.NullMarked;

/**
 * Reads the texts of statements: transaction control, parameters, how a message shows one. Knows
 * nothing of the rest.
 */
@NullMarked
package dev.warmpool.session.internal.sql;

import org.jspecify.annotations.NullMarked;

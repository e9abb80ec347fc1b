/**
 * Reads the texts of statements: transaction control, parameters, which are not sent, how a message
 * shows one. Knows the API alone.
 */
@NullMarked
package dev.warmpool.session.internal.sql;

import org.jspecify.annotations.NullMarked;

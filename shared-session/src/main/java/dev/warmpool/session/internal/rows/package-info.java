/**
 * Divides what a session sends in bulk: the rows of a batch into statements, the data of a copy
 * into messages. Knows the texts of statements alone.
 */
@NullMarked
package dev.warmpool.session.internal.rows;

import org.jspecify.annotations.NullMarked;

/**
 * Divides what a session sends in bulk: the rows of a batch into statements, the data of a copy
 * into messages. Knows the texts of statements, and what an error of PostgreSQL tells of a row.
 */
@NullMarked
package dev.warmpool.session.internal.rows;

import org.jspecify.annotations.NullMarked;

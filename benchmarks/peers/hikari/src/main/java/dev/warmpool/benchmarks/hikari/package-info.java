/**
 * The route {@code GET /users/{id}} with HikariCP and pgjdbc, without a framework. Knows nothing of
 * Warmpool.
 */
@NullMarked
package dev.warmpool.benchmarks.hikari;

import org.jspecify.annotations.NullMarked;

/**
 * The route {@code GET /users/{id}} as plainly as it goes with HikariCP and pgjdbc. Knows nothing
 * of Warmpool.
 */
@NullMarked
package dev.warmpool.benchmarks.hikari;

import org.jspecify.annotations.NullMarked;

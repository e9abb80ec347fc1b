/**
 * Compares sessions with other ways to run units of work on PostgreSQL, in one run. May use the
 * library's public API, the libraries that it is compared with, and the test kit's server.
 */
@NullMarked
package dev.warmpool.benchmarks;

import org.jspecify.annotations.NullMarked;

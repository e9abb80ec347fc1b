/**
 * Measures sessions against the other ways to do the same, in one run. Knows the library as its
 * users do, and its rivals.
 */
@NullMarked
package dev.warmpool.benchmarks;

import org.jspecify.annotations.NullMarked;

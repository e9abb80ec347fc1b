/**
 * Functions without work, the baseline of cold starts: one takes its event as a map, one ignores
 * it. May use Lambda's interfaces only.
 */
@NullMarked
package dev.warmpool.benchmarks.empty;

import org.jspecify.annotations.NullMarked;

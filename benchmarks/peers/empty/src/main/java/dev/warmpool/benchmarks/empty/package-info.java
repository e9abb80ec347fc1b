/**
 * The least a function can be, with an event as a map and without a look at it. Knows the Lambda
 * interfaces.
 */
@NullMarked
package dev.warmpool.benchmarks.empty;

import org.jspecify.annotations.NullMarked;

/**
 * Measures cold starts and restores of functions in child processes under AWS's runtime client.
 * Uses the functions only through their deployment archives.
 */
@NullMarked
package dev.warmpool.benchmarks.coldstart;

import org.jspecify.annotations.NullMarked;

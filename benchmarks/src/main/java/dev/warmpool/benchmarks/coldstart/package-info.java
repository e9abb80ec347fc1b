/**
 * Cold starts side by side: functions in child processes under AWS's runtime client, as Lambda
 * starts them. Knows the functions by their archives only.
 */
@NullMarked
package dev.warmpool.benchmarks.coldstart;

import org.jspecify.annotations.NullMarked;

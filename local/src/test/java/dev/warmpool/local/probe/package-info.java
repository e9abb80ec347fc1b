/**
 * Functions that the runner's tests pack into archives and run. May use the session library and
 * Lambda's interfaces; knows nothing of the runner.
 */
@NullMarked
package dev.warmpool.local.probe;

import org.jspecify.annotations.NullMarked;

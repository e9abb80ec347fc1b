/**
 * Plays Lambda: runs functions in execution environments, which are child processes, and serves
 * them the Runtime API. May use function definitions ({@code .template}) and knows nothing of the
 * APIs that invoke functions.
 */
@NullMarked
package dev.warmpool.local.runtime;

import org.jspecify.annotations.NullMarked;

/**
 * The main class of a child process where AWS's runtime client has no native library. Knows AWS's
 * client and nothing of the runner.
 */
@NullMarked
package dev.warmpool.local.runtime.client;

import org.jspecify.annotations.NullMarked;

/**
 * The main class of a function's child process on machines for which AWS's runtime client has no
 * native library. May use AWS's client and nothing of the runner.
 */
@NullMarked
package dev.warmpool.local.runtime.client;

import org.jspecify.annotations.NullMarked;

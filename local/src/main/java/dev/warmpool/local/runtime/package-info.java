/**
 * Lambda's part: the Runtime API and the execution environments, which are child processes. Knows a
 * function's definition, and nothing of who invokes it.
 */
@NullMarked
package dev.warmpool.local.runtime;

import org.jspecify.annotations.NullMarked;

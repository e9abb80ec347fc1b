/**
 * Reads and writes JSON, and runs direct and scheduled invocations. May depend on the session API
 * and the Lambda interfaces, but on no feature package.
 */
@NullMarked
package dev.warmpool.functions.event;

import org.jspecify.annotations.NullMarked;

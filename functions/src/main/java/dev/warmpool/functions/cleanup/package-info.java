/**
 * Scheduled jobs, most of which delete expired rows. May depend on the event, tenant and fan-out
 * packages and the session API, but on no other feature.
 */
@NullMarked
package dev.warmpool.functions.cleanup;

import org.jspecify.annotations.NullMarked;

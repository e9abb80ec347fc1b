/**
 * Scheduled jobs that delete expired rows. May depend on the event and tenant packages and the
 * session API, but on no other feature.
 */
@NullMarked
package dev.warmpool.functions.cleanup;

import org.jspecify.annotations.NullMarked;

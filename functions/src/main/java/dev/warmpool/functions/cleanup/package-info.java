/** Scheduled work on each tenant's schema. Knows the direct entry and sessions. */
@NullMarked
package dev.warmpool.functions.cleanup;

import org.jspecify.annotations.NullMarked;

/**
 * Reads a SAM template: its functions, routes, schedules and environment variables. Knows nothing
 * of the packages that run them.
 */
@NullMarked
package dev.warmpool.local.template;

import org.jspecify.annotations.NullMarked;

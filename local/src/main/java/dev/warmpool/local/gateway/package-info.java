/**
 * Who invokes functions: the HTTP API, the Invoke API, schedules. Knows functions by what they
 * answer.
 */
@NullMarked
package dev.warmpool.local.gateway;

import org.jspecify.annotations.NullMarked;

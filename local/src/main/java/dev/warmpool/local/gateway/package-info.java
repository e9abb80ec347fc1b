/**
 * The APIs that invoke functions: the HTTP API, the Invoke API and schedules. May use {@code
 * .template} and invoke functions through {@code .runtime}; knows nothing of processes.
 */
@NullMarked
package dev.warmpool.local.gateway;

import org.jspecify.annotations.NullMarked;

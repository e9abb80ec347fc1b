/**
 * The health check of the HTTP API. May depend on the HTTP package and the session API, but on no
 * other feature.
 */
@NullMarked
package dev.warmpool.functions.health;

import org.jspecify.annotations.NullMarked;

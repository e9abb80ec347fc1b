/**
 * Handles the events of an HTTP API: requests, responses, routes, middleware, validation, tenants
 * and problem details. May depend on the event package and the session API, but on no feature.
 */
@NullMarked
package dev.warmpool.functions.http;

import org.jspecify.annotations.NullMarked;

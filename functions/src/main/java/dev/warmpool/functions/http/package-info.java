/**
 * The one way from an HTTP API event to a route and back: request, response, problem details. Knows
 * sessions, and nothing of what the routes do.
 */
@NullMarked
package dev.warmpool.functions.http;

import org.jspecify.annotations.NullMarked;

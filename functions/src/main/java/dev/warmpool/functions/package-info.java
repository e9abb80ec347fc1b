/**
 * The handler of the HTTP API, which combines the routes of all features. May depend on every
 * feature package; no feature package may depend on it.
 */
@NullMarked
package dev.warmpool.functions;

import org.jspecify.annotations.NullMarked;

/**
 * The resource and the middleware that docs/adding-a-resource.md shows. May depend on the HTTP and
 * event packages and the session API.
 */
@NullMarked
package dev.warmpool.functions.notes;

import org.jspecify.annotations.NullMarked;

/** A resource as an author of functions adds one, and a middleware of his. Knows the HTTP entry. */
@NullMarked
package dev.warmpool.functions.notes;

import org.jspecify.annotations.NullMarked;

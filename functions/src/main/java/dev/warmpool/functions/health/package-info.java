/**
 * Tells whether the API can do its work, by doing a little of it. Knows the HTTP entry and
 * sessions.
 */
@NullMarked
package dev.warmpool.functions.health;

import org.jspecify.annotations.NullMarked;

/**
 * Tells a listener about sessions. Knows the API alone; without a listener, an object that does
 * nothing takes its place.
 */
@NullMarked
package dev.warmpool.session.internal.listen;

import org.jspecify.annotations.NullMarked;

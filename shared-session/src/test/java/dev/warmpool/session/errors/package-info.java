/** Provokes each cause of a failed connection and writes the page about them. */
@NullMarked
package dev.warmpool.session.errors;

import org.jspecify.annotations.NullMarked;

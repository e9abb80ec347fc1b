/**
 * The same sessions for code that waits: plain blocking Java, without an import of Reactor. A part
 * of the API, like the package above it; knows that package alone.
 */
@NullMarked
package dev.warmpool.session.blocking;

import org.jspecify.annotations.NullMarked;

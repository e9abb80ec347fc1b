/**
 * Guards a session against the code that its caller has written: errors that Reactor throws instead
 * of signalling them, and its refusals to block. Knows the API and Reactor.
 */
@NullMarked
package dev.warmpool.session.internal.guard;

import org.jspecify.annotations.NullMarked;

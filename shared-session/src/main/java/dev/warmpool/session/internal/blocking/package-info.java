/**
 * Runs units of work that wait on the calling thread: starts a reactive session, hands it to the
 * work, and tells it how the work has ended. Knows the API, a running session's texts and the event
 * loops.
 */
@NullMarked
package dev.warmpool.session.internal.blocking;

import org.jspecify.annotations.NullMarked;

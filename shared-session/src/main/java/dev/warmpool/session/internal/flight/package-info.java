/**
 * Units of work that are one statement, sent together with the session's opening. Knows the API and
 * running sessions.
 */
@NullMarked
package dev.warmpool.session.internal.flight;

import org.jspecify.annotations.NullMarked;

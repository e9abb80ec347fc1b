/** Functions for the runner's own tests, put into an archive of their own. Know nothing of it. */
@NullMarked
package dev.warmpool.local.probe;

import org.jspecify.annotations.NullMarked;

/**
 * The HTTP server under every address of the runner, and the check that keeps pages of other
 * origins out. Knows nothing of functions and templates.
 */
@NullMarked
package dev.warmpool.local.http;

import org.jspecify.annotations.NullMarked;

/**
 * The runner's pages: the console at {@code /_local/} and the API's document at {@code /docs}. May
 * observe and invoke functions through {@code .runtime} and fire schedules through {@code
 * .gateway}.
 */
@NullMarked
package dev.warmpool.local.console;

import org.jspecify.annotations.NullMarked;

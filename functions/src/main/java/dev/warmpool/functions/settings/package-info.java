/**
 * Checks the settings of a function. May depend on the session API and the metrics, but on no
 * feature package, which hand in the checks of their own settings.
 */
@NullMarked
package dev.warmpool.functions.settings;

import org.jspecify.annotations.NullMarked;

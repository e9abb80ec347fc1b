/**
 * The main class of the runnable jar, which has the runner and its libraries as jars inside. Knows
 * nothing of the runner but its files and its main class, which it loads by name.
 */
@NullMarked
package dev.warmpool.local.launcher;

import org.jspecify.annotations.NullMarked;

/**
 * The runner's own pages: the console and the contract's page. Knows functions by what they tell an
 * observer, and sends events to them.
 */
@NullMarked
package dev.warmpool.local.console;

import org.jspecify.annotations.NullMarked;

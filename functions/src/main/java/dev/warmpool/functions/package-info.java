/**
 * The entry points that Lambda calls for the HTTP API: puts the features' routes together. Knows
 * every feature; no feature knows it.
 */
@NullMarked
package dev.warmpool.functions;

import org.jspecify.annotations.NullMarked;

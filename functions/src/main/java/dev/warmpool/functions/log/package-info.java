/**
 * The log of the functions, an implementation of SLF4J: one line per event on standard output, as
 * text or as JSON. May depend on nothing but SLF4J.
 */
@NullMarked
package dev.warmpool.functions.log;

import org.jspecify.annotations.NullMarked;

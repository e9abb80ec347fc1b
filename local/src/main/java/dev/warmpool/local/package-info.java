/**
 * The local runner's main class: reads a SAM template, starts a database, the functions and the
 * APIs that invoke them. May use every package of this module; nothing that is deployed depends on
 * the module.
 */
@NullMarked
package dev.warmpool.local;

import org.jspecify.annotations.NullMarked;

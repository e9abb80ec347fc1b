/**
 * Runs template.yaml on this machine: reads it, starts a database, the functions and what calls
 * them. Nothing that is deployed knows this module.
 */
@NullMarked
package dev.warmpool.local;

import org.jspecify.annotations.NullMarked;

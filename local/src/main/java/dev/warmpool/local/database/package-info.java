/**
 * The database that the functions use: PostgreSQL of our own, or the one that the settings name.
 */
@NullMarked
package dev.warmpool.local.database;

import org.jspecify.annotations.NullMarked;

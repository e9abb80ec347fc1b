/**
 * The runner's files under the user's cache folder: the database's binaries and a folder for each
 * run, and what a killed run has left behind. Knows nothing of functions and databases.
 */
@NullMarked
package dev.warmpool.local.workspace;

import org.jspecify.annotations.NullMarked;

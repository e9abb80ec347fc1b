/**
 * Where the database is and how connections to it are kept, read from the environment. Knows {@code
 * Schema} and the exceptions of the API, and nothing else of the library.
 */
@NullMarked
package dev.warmpool.session.settings;

import org.jspecify.annotations.NullMarked;

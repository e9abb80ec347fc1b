/**
 * Users: their HTTP routes, the function that deletes them permanently, and their SQL. May depend
 * on the HTTP and event packages and the session API, but on no other feature.
 */
@NullMarked
package dev.warmpool.functions.users;

import org.jspecify.annotations.NullMarked;

/**
 * Users: the routes of the HTTP API, the function that clears users, and their SQL. Knows the HTTP
 * entry and sessions.
 */
@NullMarked
package dev.warmpool.functions.users;

import org.jspecify.annotations.NullMarked;

/**
 * The snippets of the guides in {@code docs/}, run by tests. Knows what a user of the library
 * knows: its API.
 */
package dev.warmpool.session.guide;

/**
 * What tests of this and other modules hold the HTTP API to: its contract. Knows the document, and
 * nothing of the code behind it.
 */
@org.jspecify.annotations.NullMarked
package dev.warmpool.functions.testkit;

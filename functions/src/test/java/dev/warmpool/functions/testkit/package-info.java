/**
 * Checks the HTTP API's responses against its contract, for tests of this and other modules. May
 * depend on the OpenAPI document, but not on the code of the API.
 */
@org.jspecify.annotations.NullMarked
package dev.warmpool.functions.testkit;

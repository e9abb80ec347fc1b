/**
 * The route {@code GET /users/{id}} as Spring Cloud Function's guide and Spring Data's have it.
 * Knows nothing of Warmpool.
 */
@NullMarked
package dev.warmpool.benchmarks.spring;

import org.jspecify.annotations.NullMarked;

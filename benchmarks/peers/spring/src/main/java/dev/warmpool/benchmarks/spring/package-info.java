/**
 * The route {@code GET /users/{id}} with Spring Cloud Function and Spring Data, as in their guides.
 * Knows nothing of Warmpool.
 */
@NullMarked
package dev.warmpool.benchmarks.spring;

import org.jspecify.annotations.NullMarked;

/**
 * Creates session managers from settings and a source of passwords. Applications outside Lambda
 * start here; the {@code lambda} package does so for a function. Knows the API, the settings and
 * the internal packages.
 */
@NullMarked
package dev.warmpool.session.manager;

import org.jspecify.annotations.NullMarked;

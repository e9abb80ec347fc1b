/**
 * Creates session managers: puts the API, the settings and the internal packages together. The only
 * package besides {@code lambda} that an application needs to create one.
 */
@NullMarked
package dev.warmpool.session.manager;

import org.jspecify.annotations.NullMarked;

/**
 * Binds the values of statements, and refuses those that the driver would misread. Knows R2DBC's
 * SPI, the parameters of a text and the rows of a batch.
 */
@NullMarked
package dev.warmpool.session.internal.values;

import org.jspecify.annotations.NullMarked;

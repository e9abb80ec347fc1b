/** Logs statements with their outcome. Knows R2DBC's SPI and the setting that asks for it. */
@NullMarked
package dev.warmpool.session.internal.log;

import org.jspecify.annotations.NullMarked;

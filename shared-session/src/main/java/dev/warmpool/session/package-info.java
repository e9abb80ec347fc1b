/**
 * The API: {@link dev.warmpool.session.SessionManager} runs units of work in {@link
 * dev.warmpool.session.Session}s on PostgreSQL, and everything that can go wrong has an exception
 * here. Interfaces, values and exceptions only: this package knows R2DBC's SPI and Reactor, and
 * none of the packages beside it.
 */
@NullMarked
package dev.warmpool.session;

import org.jspecify.annotations.NullMarked;

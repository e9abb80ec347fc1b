/**
 * Fixtures for tests on a real server: an embedded PostgreSQL that can be stopped and started, and
 * a TCP proxy that delays, records and cuts. Knows no production type, so that the tests of other
 * modules can use it.
 */
@NullMarked
package dev.warmpool.session.testkit;

import org.jspecify.annotations.NullMarked;

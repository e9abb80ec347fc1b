/**
 * Fixtures for tests against a real server: an embedded PostgreSQL that can be stopped and started,
 * and a proxy on the wire that delays, records and cuts. Knows no production type, so that other
 * modules' tests can use it.
 */
@NullMarked
package dev.warmpool.session.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * Sessions on PostgreSQL for code that runs in Lambda execution environments: a pool that stays
 * warm, one call that runs a unit of work on the right schema, committed before its result is seen.
 * Knows R2DBC, Reactor and the driver; no AWS type.
 */
@NullMarked
package dev.warmpool.session;

import org.jspecify.annotations.NullMarked;

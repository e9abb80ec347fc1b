/**
 * Work in many tenants, which a run divides among messages of a queue and workers take from it. May
 * depend on the event and tenant packages and the session API, and is the only package of the
 * functions that knows the AWS SDK.
 */
@NullMarked
package dev.warmpool.functions.fanout;

import org.jspecify.annotations.NullMarked;

/**
 * The metrics of an invocation: what its sessions did, in CloudWatch's embedded metric format. May
 * depend on the session API, its Lambda holder and the log, but on no other package of the
 * functions.
 */
@NullMarked
package dev.warmpool.functions.metrics;

import org.jspecify.annotations.NullMarked;

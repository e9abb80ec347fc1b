/**
 * The metrics of an invocation: what its sessions did, as one line in CloudWatch's embedded metric
 * format. May depend on the session API, its Lambda holder and the JSON generator, but on no other
 * package of the functions.
 */
@NullMarked
package dev.warmpool.functions.metrics;

import org.jspecify.annotations.NullMarked;

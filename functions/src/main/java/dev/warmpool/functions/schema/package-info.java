/**
 * Creates schemas and migrates them to the newest version. May depend on the event, tenant, fan-out
 * and CloudFormation packages and the session API, but on no other feature.
 */
@NullMarked
package dev.warmpool.functions.schema;

import org.jspecify.annotations.NullMarked;

/**
 * Requests of CloudFormation for a custom resource, and the answers to them. May depend on the
 * event package, and knows nothing of what the resource is.
 */
@NullMarked
package dev.warmpool.functions.cloudformation;

import org.jspecify.annotations.NullMarked;

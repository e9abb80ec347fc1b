/**
 * The tenants' schemas and their registry, for the features that work on every tenant. May depend
 * on the session API only.
 */
@NullMarked
package dev.warmpool.functions.tenant;

import org.jspecify.annotations.NullMarked;

/**
 * Ties a session manager to a Lambda execution environment: the static holder, deadlines, snapshots
 * and the end of an invocation. The only package that imports the Lambda interfaces and {@code
 * org.crac}; knows the API, the manager, the settings and the credentials.
 */
@NullMarked
package dev.warmpool.session.lambda;

import org.jspecify.annotations.NullMarked;

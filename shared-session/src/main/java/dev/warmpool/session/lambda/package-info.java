/**
 * Ties a session manager to a Lambda execution environment: the static holder, deadlines, life
 * cycle. The only package that imports the Lambda interfaces and {@code org.crac}.
 */
@NullMarked
package dev.warmpool.session.lambda;

import org.jspecify.annotations.NullMarked;
